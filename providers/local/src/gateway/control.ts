import { unixCall } from "../unix-http.ts"
import { GatewayStatus } from "./table.ts"

/** The gateway's control socket. */
export interface GatewayControl {
  readonly socket: string
  /** Throws `unavailable`. */
  status(): Promise<GatewayStatus>
  /** Has it read the table again, as it does by itself every second; answers as it is then. Throws `unavailable`. */
  reload(): Promise<GatewayStatus>
}

export function gatewayControl(socket: string): GatewayControl {
  const call = { socketPath: socket, peer: "the gateway" }
  return {
    socket,
    status: () => unixCall({ ...call, method: "GET", path: "/status", answer: GatewayStatus }),
    reload: () => unixCall({ ...call, method: "POST", path: "/reload", answer: GatewayStatus }),
  }
}
