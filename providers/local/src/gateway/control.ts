import { z } from "zod"
import { unixCall } from "../unix-http.ts"
import { GatewayStatus } from "./table.ts"

/** The gateway's control socket. */
export interface GatewayControl {
  readonly socket: string
  /** Throws `unavailable`. */
  status(): Promise<GatewayStatus>
  /** Asks it to read the table again; silent when it is away, since it also looks every second. */
  reload(): Promise<void>
}

export function gatewayControl(socket: string): GatewayControl {
  const call = { socketPath: socket, peer: "the gateway" }
  return {
    socket,
    status: () => unixCall({ ...call, method: "GET", path: "/status", answer: GatewayStatus }),
    reload: () =>
      unixCall({ ...call, method: "POST", path: "/reload", answer: z.unknown() }).then(
        () => undefined,
        () => undefined,
      ),
  }
}
