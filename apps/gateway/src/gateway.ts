import type { GatewayStatus } from "@alienplatform/provider-local/gateway-table"
import { AccessLogs } from "./answer/access-log/access-logs.ts"
import { Connections } from "./connections/connections.ts"
import { type ControlSocket, ensureUnused, openControl } from "./control.ts"
import type { GatewayState } from "./gateway-state.ts"
import { DEFAULT_LIMITS, type Limits } from "./limits.ts"
import { listen } from "./listen/listener.ts"
import { TcpPorts } from "./listen/tcp/tcp-ports.ts"
import { Pace } from "./pace.ts"
import type { IssueCertificate } from "./table/issue-command.ts"
import { noRouting, ServedTable } from "./table/served-table.ts"
import { UnservedNames } from "./table/unserved-names.ts"
import { Upstreams } from "./upstream/upstreams.ts"

export interface GatewayOptions {
  /** Holds `routes.json` and the certificate files. */
  directory: string
  /** 0 for any free one. */
  port: number
  controlSocket: string
  /** Absolute, for access logs; absent: none are kept. */
  logDirectory?: string | undefined
  /** Absent: names that no deployment has get no page. */
  issueCertificate?: IssueCertificate | undefined
  limits?: Partial<Limits>
  /** ms from any start, for limits that last; default a monotonic clock. */
  now?: () => number
  /** Told when a table is taken and when one cannot be; not called for requests. */
  onTable?: (status: GatewayStatus) => void
}

export interface Gateway {
  readonly port: number
  status(): GatewayStatus
  /** Reads the table now. A table that cannot be taken is reported in the status; this does not throw for it. */
  reload(): Promise<void>
  /** Drains, then frees the ports and the control socket. May be called again. */
  close(): Promise<void>
}

/** Throws `gateway_already_running`, `port_in_use`, `socket_path_too_long`. Serves the table once this resolves. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const now = options.now ?? (() => performance.now())
  await ensureUnused(options.controlSocket)
  const loaded = Promise.withResolvers<void>()
  const state: GatewayState = {
    routing: noRouting(options.port),
    unserved: new UnservedNames({ directory: options.directory, issue: options.issueCertificate, now }),
    draining: false,
    ready: loaded.promise,
    limits,
    now,
    pace: new Pace(limits, now),
    connections: new Connections(limits),
    tunnels: new Set(),
  }
  const listener = await listen({ port: options.port, state })
  const { port } = listener
  state.routing = noRouting(port)
  const upstreams = new Upstreams({ ...limits, now })
  const logs = new AccessLogs(options.logDirectory)
  const tcp = new TcpPorts(state, logs)
  const { directory, onTable } = options
  const table = new ServedTable({ directory, state, port, upstreams, logs, tcp, onTable })
  await table.reload()
  loaded.resolve()
  const close = async () => {
    state.unserved.close()
    await Promise.all([listener.close(), tcp.close()])
    state.pace.close()
    await Promise.all([upstreams.destroy(), logs.close()])
  }
  const gateway = { port, status: () => table.status(), reload: () => table.reload() }
  const control = await openControl(options.controlSocket, gateway).catch(async (error: unknown) => {
    await close()
    throw error
  })
  const poll = keepUp(limits.pollMs, table, control)
  let stopped: Promise<void> | undefined
  const stop = async () => {
    await poll.stop()
    await close()
    await control.close()
  }
  return {
    ...gateway,
    close: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

/** Looks every `interval` ms at the table and the control socket; one look at a time. */
function keepUp(interval: number, table: ServedTable, control: ControlSocket): { stop(): Promise<void> } {
  let look: Promise<void> | undefined
  const timer = setInterval(() => {
    look ??= Promise.all([table.reloadIfChanged(), control.keep().catch(() => {})]).then(() => {
      look = undefined
    })
  }, interval)
  return {
    stop: async () => {
      clearInterval(timer)
      await look
    },
  }
}
