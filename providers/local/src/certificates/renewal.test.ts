import { X509Certificate } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Clock, Graph, runDeployment, systemClock } from "@alienplatform/engine"
import { MemoryStore } from "@alienplatform/engine/testing"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { Local, LocalContext } from "../context.ts"
import { authorityFingerprint, Certificate } from "../gateway/certificate.ts"
import { Route } from "../gateway/route.ts"
import { RoutesFile } from "../gateway/routes-file.ts"
import { openCertificateAuthority } from "./authority.ts"
import { leafFacts } from "./leaf-facts.ts"

const HOST = "api.dev.localhost"
const DAY = 86_400_000
/** How often a running manager looks at everything. */
const RESYNC = 6 * 3_600_000

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-renewal-"))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** Real time while anything is under way, so that files can be written in it; days pass in between. */
class JumpingClock implements Clock {
  #ahead = 0
  now = () => systemClock.now() + this.#ahead
  until = (time: number, signal?: AbortSignal) => systemClock.until(time - this.#ahead, signal)
  jump(ms: number): void {
    this.#ahead += ms
  }
}

/** A deployment with one endpoint, and a gateway that serves every table at once. */
async function machine() {
  const clock = new JumpingClock()
  const authority = await openCertificateAuthority({ directory: join(directory, "ca"), clock })
  const routes = new RoutesFile(join(directory, "gateway", "routes.json"))
  const status = async () => ({
    ...{ version: (await routes.read()).version, port: 1, pid: 1, inFlight: {}, rejected: {} },
  })
  const gateway = { socket: "", status, reload: async () => {} }
  const local = { dataDirectory: directory, routes, gateway, authority, clock } as unknown as Local
  const store = new MemoryStore()
  const graph = () => {
    const wanted = new Graph({ prefix: "p" })
    const certificate = wanted.add(Certificate, `api/certificate/${HOST}`, {
      ...{ host: HOST, authority: authorityFingerprint(authority.certificate), renewal: "current" as const },
    })
    wanted.add(Route, `api/route/${HOST}`, {
      ...{ host: HOST, upstreams: [4001], timeoutSeconds: 60 },
      ...{ chainFile: certificate.ref("chainFile"), keyFile: certificate.ref("keyFile") },
      ...{ sha256: certificate.ref("sha256"), deploymentName: "shop", resource: "api", endpoint: "web" },
    })
    return wanted
  }
  return {
    clock,
    authority,
    /** What a resync does. */
    look: () =>
      runDeployment<LocalContext>({
        ...{ store, clock, graph: graph(), context: { local }, secretKey: new Uint8Array(32) },
        ...{ installation: "ins_a", deployment: "dep_a", lease: store.lease("dep_a", clock.now() + 600_000) },
        platform: { nodes: [Certificate, Route] },
      }),
    /** The leaf that the gateway's table names, and the version of the table. */
    served: async () => {
      const { version, routes: entries } = await routes.read()
      const chain = await readFile(join(directory, "gateway", entries[0]?.certificate.chainFile ?? ""), "utf8")
      return { version, chain, ...leafFacts(chain) }
    },
  }
}

test("a certificate is renewed long before its end by a manager that only runs: the route names the new one", async () => {
  const { clock, look, served } = await machine()
  expect((await look()).outcome).toBe("settled")
  const first = await served()
  let renewals = 0
  for (let before = first; clock.now() < first.notAfter + 75 * DAY; ) {
    clock.jump(RESYNC)
    expect((await look()).outcome).toBe("settled")
    const now = await served()
    expect(now.notAfter - clock.now()).toBeGreaterThan(29 * DAY)
    // A table is written for a renewal and for nothing else.
    expect(now.version).toBe(before.version + (now.sha256 === before.sha256 ? 0 : 1))
    if (now.sha256 !== before.sha256) renewals++
    before = now
  }
  expect(renewals).toBe(2)
}, 60_000)

test("as the authority nears its end, certificates last as long as it does and are not renewed over and over", async () => {
  const { clock, authority, look, served } = await machine()
  const end = new X509Certificate(authority.certificate).validToDate.getTime()
  clock.jump(end - clock.now() - 20 * DAY)
  expect((await look()).outcome).toBe("settled")
  const last = await served()
  expect(last.notAfter).toBe(end)
  for (let day = 0; day < 19; day++) {
    clock.jump(DAY)
    expect((await look()).outcome).toBe("settled")
  }
  expect((await served()).version).toBe(last.version)
})

test("after its end the authority signs nothing: the code says what to do", async () => {
  const { clock, authority } = await machine()
  clock.jump(10 * 366 * DAY)
  await expect(authority.issue({ host: HOST })).rejects.toMatchObject({
    ...{ code: "certificate_authority_expired", outcome: "refused" },
    message: expect.stringContaining("delete ca.crt and ca.key to create a new one"),
  })
})
