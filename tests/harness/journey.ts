import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Client, createClient } from "@alienplatform/api"
import { type Endpoint, endpointsOf } from "./endpoint.ts"
import { type Ports, reservePorts } from "./ports.ts"
import { openSandbox, type Sandbox } from "./sandbox.ts"
import { openLocalRuntime } from "./sandbox-platform.ts"
import type { RunningServe } from "./serve.ts"

/** A running manager, a separate process, and what is needed to work with it. */
export interface Journey extends AsyncDisposable {
  sandbox: Sandbox
  /** Client with the admin's token of the manager that runs now. */
  client: Client
  token: string
  /** URL of the manager that runs now. */
  url(): string
  /** Kills the manager with SIGKILL; resolves when it has ended. */
  kill(): Promise<void>
  /** Starts `alien serve` again on the same data. */
  start(): Promise<void>
  /** Finds the only endpoint of a resource. */
  endpoint(name: string, resource: string): Promise<Endpoint>
  /** Process id of the supervisor, which is started where there is none. */
  supervisor(): Promise<number>
  /** Processes that the supervisor keeps running for a deployment. */
  processes(deployment: string): Promise<{ node: string; pid: number | null }[]>
}

export interface JourneyOptions {
  /** Prepares the data directory and returns an admin's token. Default: nothing, and the first start makes one. */
  prepare?: (sandbox: Sandbox, ports: Ports) => Promise<string>
  /** Variables of its commands beside those of this process. */
  environment?: Readonly<Record<string, string>>
}

/** Starts a manager in a sandbox; everything that it starts ends when it is disposed. */
export async function startJourney({ prepare, environment }: JourneyOptions = {}): Promise<Journey> {
  await using opened = new AsyncDisposableStack()
  const sandbox = opened.use(await openSandbox(environment))
  const ports = await reservePorts(sandbox)
  const known = await prepare?.(sandbox, ports)
  let serving: RunningServe = await sandbox.serve()
  const token = known ?? serving.token ?? ""
  const { home, dataDirectory } = sandbox
  const endpoints = async (name: string) => endpointsOf((await sandbox.alien(["info", name, "--json"])).stdout)
  const all = opened.move()
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
    async supervisor() {
      const { context } = await openLocalRuntime({ home, dataDirectory })
      return (await context.local.supervisor.health()).pid
    },
    async processes(deployment) {
      const { context } = await openLocalRuntime({ home, dataDirectory })
      const all = await context.local.supervisor.list()
      return all
        .filter(({ owner }) => owner.deployment === deployment)
        .map(({ owner, pid }) => ({ node: owner.node, pid }))
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
