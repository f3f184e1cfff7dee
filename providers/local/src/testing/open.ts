import type { LocalContext } from "../context.ts"
import { storeArtifact } from "./artifact.ts"
import { testLocal } from "./local.ts"
import { freePort, httpServer, tcpServer } from "./loopback.ts"

export interface ContractContext extends LocalContext {
  /** Hash of an artifact that is stored. */
  artifact: string
  /** Loopback port of a workload that answers requests with `UPSTREAM_SAYS`. */
  httpPort: number
  /** Loopback port of a workload that says `UPSTREAM_SAYS` to every connection. */
  tcpPort: number
  /** Where nobody listens. */
  freePort: number
}

export const UPSTREAM_SAYS = "served"

/** For contract tests: a real supervisor, a gateway that is told to serve whatever lies in the table, an artifact, and workloads. */
export async function open() {
  await using opened = new AsyncDisposableStack()
  const machine = opened.use(await testLocal())
  const http = opened.use(await httpServer(UPSTREAM_SAYS))
  const tcp = opened.use(await tcpServer(UPSTREAM_SAYS))
  const { local } = machine
  const status = async () => ({ ...machine.gateway.status, version: (await local.routes.read()).version })
  const context: ContractContext = {
    local: { ...local, gateway: { ...local.gateway, status, reload: status } },
    artifact: await storeArtifact(local.dataDirectory, "export default {}"),
    httpPort: http.port,
    tcpPort: tcp.port,
    freePort: await freePort(),
  }
  const all = opened.move()
  return { context, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
