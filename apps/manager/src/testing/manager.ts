import { createHash, randomUUID } from "node:crypto"
import { join } from "node:path"
import { type Lifecycle, Stack, type StackConfig, Worker } from "@alienplatform/core"
import type { ProbeResult } from "@alienplatform/endpoints"
import { type Clock, systemClock } from "@alienplatform/engine"
import { openSqliteStore, type Store } from "@alienplatform/store"
import { pino } from "pino"
import { type ArtifactFiles, openArtifacts } from "../artifacts/artifacts.ts"
import { Backups } from "../backup/backup.ts"
import type { App } from "../http/app-types.ts"
import { Planner } from "../planner/planner.ts"
import { type OpenPlatform, Platforms } from "../platforms/platforms.ts"
import { withManager } from "../platforms/with-manager.ts"
import { createApp } from "../routes/app.ts"
import { type Runner, startRunner } from "../runner/runner.ts"
import type { RunnerOptions } from "../runner/types.ts"
import { Watched } from "../runner/watched.ts"
import { createSealer } from "../secrets/seal.ts"
import { ensureAdminToken } from "../tokens/stored-token.ts"
import { type WorkloadTokens, workloadTokens } from "../tokens/workload-token.ts"
import { conforms } from "./conforms.ts"
import { FakeCloud, fakePlatform } from "./fake-platform.ts"
import { temporaryDirectory } from "./temporary.ts"

export const silentLogger = pino({ level: "silent" })

export interface TestManager extends AsyncDisposable {
  app: App
  store: Store
  cloud: FakeCloud
  artifacts: ArtifactFiles
  backups: Backups
  directory: string
  token: string
  workloadTokens: WorkloadTokens
  clock: Clock
  /** What probes answer; default: the app did. */
  probe: { result: ProbeResult; count: number }
  /** Sends as admin; `token: null` sends none. Fails where the answer is not what the API's document says. */
  send(method: string, path: string, body?: unknown, options?: { token?: string | null }): Promise<Answer>
  startRunner(options?: Partial<RunnerOptions>): Runner
  /** Resolves once the store's state passes; looks again after every request and write that the test sees. */
  until<T>(read: () => Promise<T>, good: (value: T) => boolean): Promise<T>
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every route.
  body: any
}

/** The whole manager on a real store and a cloud in memory; only the socket is missing. */
export async function testManager({
  clock = systemClock,
  others = {},
}: {
  clock?: Clock
  /** Platforms beside `test`, by name, on the same cloud: what they run. */
  others?: Readonly<Record<string, (cloud: FakeCloud) => OpenPlatform>>
} = {}): Promise<TestManager> {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory()).path
  const store = await openSqliteStore({ file: join(directory, "manager.db"), clock })
  opened.defer(() => store.close())
  const artifacts = await openArtifacts(join(directory, "artifacts"), 1024 * 1024)
  const cloud = new FakeCloud()
  const { id: installation } = await store.installation()
  const secretKey = new Uint8Array(32).fill(7)
  const tokens = workloadTokens({ secretKey, installation })
  const url = () => "http://127.0.0.1:1"
  const openers = {
    test: async () => fakePlatform(cloud),
    ...Object.fromEntries(Object.entries(others).map(([name, open]) => [name, async () => open(cloud)])),
  }
  const platforms = new Platforms(withManager(openers, { url, tokens }))
  const watched = new Watched()
  const shared = { store, platforms, clock, installation, secretKey, logger: silentLogger }
  const planner = new Planner(shared)
  opened.defer(() => planner.close())
  const sealer = createSealer(secretKey)
  const backups = new Backups({ dataDirectory: directory, installation })
  const deps = { store, clock, platforms, artifacts, backups, planner, sealer, watched, workloadTokens: tokens, url }
  const app = createApp(deps, silentLogger)
  const token = (await ensureAdminToken(store, clock.now())) ?? ""
  const probe: TestManager["probe"] = { result: { outcome: "ok", status: 200, certificate: null }, count: 0 }
  const all = opened.move()

  return {
    ...{ app, store, cloud, artifacts, backups, directory, token, workloadTokens: tokens, clock, probe },
    async send(method, path, body, options = {}) {
      const sent = options.token === undefined ? token : options.token
      const response = await app.request(path, {
        method,
        headers: {
          ...(sent === null ? {} : { authorization: `Bearer ${sent}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get("content-type")?.startsWith("application/json")
      const answered = text === "" ? undefined : isJson ? JSON.parse(text) : text
      if (isJson) conforms(method, path, response.status, answered)
      return { status: response.status, headers: response.headers, body: answered }
    },
    startRunner(overrides = {}) {
      const runner = startRunner({
        ...{ ...shared, watched, holder: randomUUID() },
        probe: async () => {
          probe.count++
          return probe.result
        },
        ...overrides,
      })
      all.defer(() => runner.close())
      return runner
    },
    async until(read, good) {
      const deadline = performance.now() + 20_000
      for (;;) {
        const value = await read()
        if (good(value)) return value
        if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(value)}`)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Puts an artifact and answers with its hash. */
export async function putArtifact({ app, token }: TestManager, content = "a bundle"): Promise<string> {
  const bytes = Buffer.from(content)
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/gzip" }
  await app.request(`/v1/artifacts/${sha256}`, { method: "PUT", headers, body: bytes })
  return sha256
}

/** One worker `api` with one endpoint `web`. */
export function stackWith(image: string, lifecycle: Lifecycle = "live"): StackConfig {
  const api = new Worker("api").code({ type: "image", image }).publicEndpoint("web").build()
  return new Stack("shop").add(api, lifecycle).build()
}

/** A stack with one Worker whose readiness probe has to pass before a new version is routed to. */
export function probedStack(image: string): StackConfig {
  const api = new Worker("api").code({ type: "image", image }).publicEndpoint("web")
  return new Stack("shop").add(api.readinessProbe({ method: "GET", path: "/" }).build(), "live").build()
}

/** Creates a release for the platform `test` and answers with its id. */
export const release = (
  manager: TestManager,
  image = "ghcr.io/acme/api:1",
  lifecycle: Lifecycle = "live",
): Promise<string> => releaseStack(manager, stackWith(image, lifecycle))

export async function releaseStack(manager: TestManager, stack: StackConfig): Promise<string> {
  const answer = await manager.send("POST", "/v1/releases", { projectId: "default", stack: { test: stack } })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}
