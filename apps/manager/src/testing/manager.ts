import { createHash, randomUUID } from "node:crypto"
import { join } from "node:path"
import { type Lifecycle, Stack, type StackConfig, Worker } from "@alienplatform/core"
import type { ProbeResult } from "@alienplatform/domains"
import { type Clock, systemClock } from "@alienplatform/engine"
import { openSqliteStore, type Store } from "@alienplatform/store"
import { pino } from "pino"
import { createApp } from "../app.ts"
import { type ArtifactFiles, openArtifacts } from "../artifacts.ts"
import type { App } from "../http/app-types.ts"
import { ensureAdminToken } from "../http/token.ts"
import { Planner } from "../planner.ts"
import { Platforms } from "../platforms/platforms.ts"
import { type Runner, startRunner } from "../runner/runner.ts"
import type { RunnerOptions } from "../runner/types.ts"
import { Watched } from "../watched.ts"
import { conforms } from "./conforms.ts"
import { FakeCloud, fakePlatform } from "./fake-platform.ts"
import { temporaryDirectory } from "./temporary.ts"

export const silent = pino({ level: "silent" })

export interface TestManager extends AsyncDisposable {
  app: App
  store: Store
  cloud: FakeCloud
  artifacts: ArtifactFiles
  directory: string
  token: string
  clock: Clock
  /** What probes answer; default: the app did. */
  probe: { result: ProbeResult; count: number }
  /** Sends as admin; `token: null` sends none. Fails where the answer is not what the API's document says. */
  send(method: string, path: string, body?: unknown, options?: { token?: string | null }): Promise<Answer>
  startRunner(options?: Partial<RunnerOptions>): Runner
  /** Resolves once the store's state passes; looks again after every wish and write that the test sees. */
  until<T>(read: () => Promise<T>, good: (value: T) => boolean): Promise<T>
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every route.
  body: any
}

/** The whole manager on a real store and a cloud in memory; only the socket is missing. */
export async function testManager({ clock = systemClock }: { clock?: Clock } = {}): Promise<TestManager> {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory()).path
  const store = await openSqliteStore({ file: join(directory, "manager.db"), clock })
  opened.defer(() => store.close())
  const artifacts = await openArtifacts(join(directory, "artifacts"), 1024 * 1024)
  const cloud = new FakeCloud()
  const platforms = new Platforms({ test: async () => fakePlatform(cloud) })
  const { id: installation } = await store.installation()
  const secretKey = new Uint8Array(32).fill(7)
  const watched = new Watched()
  const shared = { store, platforms, clock, installation, secretKey, logger: silent }
  const planner = new Planner(shared)
  opened.defer(() => planner.close())
  const url = () => "http://127.0.0.1:1"
  const app = createApp({ store, clock, platforms, artifacts, planner, watched, url }, silent)
  const token = (await ensureAdminToken(store, clock.now())) ?? ""
  const probe: TestManager["probe"] = { result: { outcome: "ok", status: 200, certificate: null }, count: 0 }
  const all = opened.move()

  return {
    ...{ app, store, cloud, artifacts, directory, token, clock, probe },
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
      const answered = text === "" ? undefined : JSON.parse(text)
      conforms(method, path, response.status, answered)
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

/** Creates a release for the platform `test` and answers with its id. */
export async function release(
  manager: TestManager,
  image = "ghcr.io/acme/api:1",
  lifecycle: Lifecycle = "live",
): Promise<string> {
  const stack = { test: stackWith(image, lifecycle) }
  const answer = await manager.send("POST", "/v1/releases", { projectId: "default", stack })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}
