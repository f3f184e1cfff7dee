import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { TLSSocket } from "node:tls"
import { type Refusal, refusals } from "../answer/refusals.ts"
import type { GatewayState } from "../gateway-state.ts"
import type { Address } from "../table/address.ts"
import { admit } from "./admission.ts"
import { headersRefusal } from "./header-limits.ts"
import { faultOf, targetOf } from "./http1-syntax.ts"

interface Admitted {
  address: Address
  path: string
  /** The client's TLS connection. */
  socket: TLSSocket
}

/** Where a request over HTTP/1.1, or for an upgrade of it, goes; or why it is refused. */
export function admitHttp1(state: GatewayState, request: IncomingMessage, socket: Duplex): Admitted | Refusal {
  const refusal = headersRefusal(request.url ?? "", request.rawHeaders, state.limits) ?? faultOf(request)
  if (refusal !== undefined) return refusal
  const target = targetOf(request)
  if (target === undefined || !(socket instanceof TLSSocket)) return refusals.invalid("no single Host and path")
  const address = admit(state, target.authority, socket)
  return "status" in address ? address : { address, path: target.path, socket }
}
