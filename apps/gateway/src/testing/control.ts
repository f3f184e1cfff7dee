import { once } from "node:events"
import { request } from "node:http"
import { join } from "node:path"
import type { TestGateway } from "./test-gateway.ts"

/** A call of the gateway's control socket. */
export async function control(
  gateway: TestGateway,
  method: string,
  path: string,
): Promise<{ status: number; body: unknown }> {
  // A connection of its own: the one before would answer for a socket that is no longer there.
  const call = request({ agent: false, socketPath: join(gateway.directory, "control.sock"), method, path }).end()
  const [response] = await once(call, "response")
  response.setEncoding("utf8")
  return { status: response.statusCode, body: JSON.parse((await response.toArray()).join("")) }
}
