import { randomInt } from "node:crypto"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { type Client, createClient } from "@alienplatform/api"
import { type Endpoint, endpointsOf } from "../../../scripts/demo/endpoint.ts"
import { localOf } from "../../../scripts/demo/local-of.ts"
import { openSandbox, type Sandbox } from "../../../scripts/demo/sandbox.ts"
import type { Serving } from "../../../scripts/demo/serve.ts"

/** A manager that runs as a process of its own, and whoever works with it. */
export interface Journey extends AsyncDisposable {
  sandbox: Sandbox
  /** As admin; asks the manager that runs now. */
  client: Client
  token: string
  /** Of the manager that runs now. */
  url(): string
  /** kill -9 of the manager itself; resolves when it is gone. */
  kill(): Promise<void>
  /** `alien serve` once more on the same data. */
  start(): Promise<void>
  /** The only endpoint of a resource. */
  endpoint(name: string, resource: string): Promise<Endpoint>
  /** What the supervisor keeps running for a deployment. */
  processes(deployment: string): Promise<{ node: string; pid: number | null }[]>
}

/** Everything that it starts ends with it. */
export async function startJourney(): Promise<Journey> {
  const sandbox = await openSandbox()
  await reservePorts(sandbox)
  let serving: Serving = await sandbox.serve()
  const token = serving.token ?? ""
  const { home, dataDirectory } = sandbox
  const endpoints = async (name: string) => endpointsOf((await sandbox.alien(["info", name, "--json"])).stdout)
  return {
    sandbox,
    token,
    client: createClient({ url: serving.url, token }),
    url: () => serving.url,
    async kill() {
      const { pid } = JSON.parse(await readFile(join(dataDirectory, "lock.json"), "utf8"))
      process.kill(pid, "SIGKILL")
      await serving.stop()
    },
    async start() {
      serving = await sandbox.serve()
    },
    async endpoint(name, resource) {
      const found = (await endpoints(name)).find((known) => known.resource === resource)
      if (!found) throw new Error(`${name} has no endpoint of ${resource}`)
      return found
    },
    async processes(deployment) {
      const { context } = await localOf({ home, dataDirectory })
      const all = await context.local.supervisor.list()
      return all
        .filter(({ owner }) => owner.deployment === deployment)
        .map(({ owner, pid }) => ({ node: owner.node, pid }))
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  }
}

/** Of its own, so that no journey beside it takes them while its manager or gateway is down. */
async function reservePorts({ home, dataDirectory }: Sandbox): Promise<void> {
  const [manager, gateway] = [await unusedPort(), await unusedPort()]
  const services = { manager: { [dataDirectory]: manager }, gateway: { [dataDirectory]: gateway } }
  await mkdir(join(home, "config"), { recursive: true })
  await writeFile(join(home, "config", "ports.json"), JSON.stringify({ format: 1, services }))
}

/** Below those that systems hand out, and those that workloads are given. */
async function unusedPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 20_000)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
