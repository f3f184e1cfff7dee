import assert from "node:assert/strict"
import { X509Certificate } from "node:crypto"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { Engine } from "./docker/engine.ts"
import { Network } from "./docker/network.ts"
import { authorityFingerprint, Certificate, type CertificateProps } from "./gateway/certificate.ts"
import { Port } from "./gateway/port.ts"
import { Route } from "./gateway/route.ts"
import { local } from "./index.ts"
import { Process } from "./supervisor/process.ts"
import { DOUBLE_IMAGE, dockerDouble } from "./testing/docker-engine.ts"
import { hear } from "./testing/loopback.ts"
import { heldToContract, nodeContract } from "./testing/node-contract.ts"
import { open, UPSTREAM_SAYS } from "./testing/open.ts"
import { askThrough, startRealGateway } from "./testing/real-gateway.ts"
import { SERVER } from "./testing/temporary.ts"
import { writeCertificate } from "./testing/write-certificate.ts"

const HOST = "api.dev.localhost"
const serve = (program: string) => [process.execPath, "--eval", program]

nodeContract(Process, {
  open,
  given: ({ context }) => ({
    // As the contract names it.
    node: "api/object",
    artifact: context.artifact,
    command: serve(SERVER),
    environment: { GREETING: "hello" },
    secrets: { PASSWORD: "hidden" },
    injected: {},
    ports: [["PORT"]],
    graceSeconds: 2,
    drainSeconds: 2,
  }),
  change: { graceSeconds: 3 },
  replace: { secrets: { PASSWORD: "another" } },
  serves: async ({ id, context: { local }, attributes: { ports = [] } }) => {
    const [port = 0] = ports
    const pid = async () => {
      const state = await local.supervisor.get(id)
      assert.equal(state?.status, "running")
      return state.pid
    }
    const answer = async (): Promise<string> => {
      // It has just been started, and may not listen yet.
      while (await pid()) {
        const said = await fetch(`http://127.0.0.1:${port}`).catch(() => undefined)
        if (said) return said.text()
      }
      return ""
    }
    assert.equal(await answer(), String(await pid()))
  },
})

/** As with a process, and an engine beside the machine. */
async function openWithEngine() {
  await using opened = new AsyncDisposableStack()
  const docker = opened.use(await dockerDouble())
  const { context } = opened.use(await open())
  const local = { ...context.local, engine: () => new Engine(docker.socket) }
  const all = opened.move()
  return { context: { ...context, local, docker }, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

nodeContract(Network, {
  open: openWithEngine,
  given: { driver: "bridge" },
  serves: async ({ id, context: { docker } }) => assert.ok(docker.networks.has(id)),
})

describe("in a container", () => {
  nodeContract(Process, {
    open: openWithEngine,
    given: {
      node: "api/object",
      image: DOUBLE_IMAGE,
      container: { network: "n", alias: "api", inside: [8080], memoryBytes: 1 << 26 },
      command: ["--eval", SERVER],
      environment: { GREETING: "hello" },
      secrets: { PASSWORD: "hidden" },
      injected: {},
      ports: [["PORT"]],
      graceSeconds: 2,
      drainSeconds: 2,
    },
    change: { graceSeconds: 3 },
    replace: { container: { network: "n", alias: "api", inside: [8080], memoryBytes: 1 << 27 } },
    serves: async ({ id, context: { local, docker }, attributes: { ports = [] } }) => {
      const container = () => [...docker.containers.values()].find(({ labels }) => labels["alien.object"] === id)
      let said: string | undefined
      // It has just been started, and may not listen yet.
      while (said === undefined && (await local.supervisor.get(id))?.status !== "stopping") {
        assert.ok(container())
        said = await fetch(`http://127.0.0.1:${ports[0]}`).then(
          (answer) => answer.text(),
          () => undefined,
        )
      }
      assert.equal(said, String(container()?.process?.pid))
    },
  })
})

nodeContract(Certificate, {
  open,
  given: ({ context }): CertificateProps => ({
    host: HOST,
    authority: authorityFingerprint(context.local.authority.certificate),
    renewal: "current",
  }),
  replace: { host: "web.dev.localhost" },
  drift: ({ id, context }) => {
    const directory = join(context.local.dataDirectory, "gateway", "certificates", id)
    const { sha256 } = JSON.parse(readFileSync(join(directory, "certificate.json"), "utf8"))
    rmSync(join(directory, `${sha256}.key`))
  },
  serves: async ({ id: host, attributes, context: { local, httpPort } }) => {
    const { chainFile = "", keyFile = "", sha256 = "" } = attributes
    const said = { deployment: "dep_other", resource: "api", endpoint: "web" }
    const route = { key: "dep_other/route", host, upstreams: [{ port: httpPort }], ...said }
    await local.routes.change("routes", () => [{ ...route, certificate: { chainFile, keyFile, sha256 } }])
    await using gateway = await startRealGateway(local)
    const { body, fingerprint } = await askThrough(gateway, host, local.authority.certificate)
    assert.equal(body, UPSTREAM_SAYS)
    const chain = readFileSync(join(local.dataDirectory, "gateway", chainFile))
    assert.equal(fingerprint, new X509Certificate(chain).fingerprint256)
  },
})

nodeContract(Route, {
  open,
  given: ({ context }) => ({
    host: HOST,
    upstreams: [context.httpPort],
    chainFile: `certificates/${HOST}/a.crt`,
    keyFile: `certificates/${HOST}/a.key`,
    sha256: "a",
    timeoutSeconds: 180,
    deploymentName: "dev",
    resource: "api",
    endpoint: "web",
  }),
  change: { upstreams: [20_002, 20_003] },
  replace: { host: "web.dev.localhost" },
  serves: async ({ props, context: { local } }) => {
    await writeCertificate(local, props)
    await using gateway = await startRealGateway(local)
    const { status, body } = await askThrough(gateway, props.host, local.authority.certificate)
    assert.deepEqual({ status, body }, { status: 200, body: UPSTREAM_SAYS })
  },
})

nodeContract(Port, {
  open,
  given: ({ context }) => ({
    port: context.freePort,
    upstreams: [context.tcpPort],
    deploymentName: "dev",
    resource: "db",
    endpoint: "sql",
  }),
  change: { upstreams: [20_002, 20_003] },
  replace: { port: 9444 },
  serves: async ({ props, context: { local } }) => {
    await using _gateway = await startRealGateway(local)
    assert.equal(await hear(props.port), UPSTREAM_SAYS)
  },
})

test("every object of this platform is held to the contract", () => {
  const objects = local.nodes.filter(({ kind }) => kind === "object").map(({ type }) => type)
  expect([...heldToContract].sort()).toEqual(objects.sort())
})
