import { createServer } from "node:http"
import type { GatewayStatus } from "../gateway/table.ts"

/** A control socket that answers as the gateway would; tests set what it says. */
export interface ControlDouble {
  status: GatewayStatus
  /** How often it was asked to read its table again. */
  reloads: number
  /** How often it was asked anything. */
  calls: number
  close(): void
}

export async function controlDouble(socket: string): Promise<ControlDouble> {
  const server = createServer((request, response) => {
    double.calls += 1
    if (request.url === "/reload") double.reloads += 1
    response.end(JSON.stringify(double.status))
  })
  const double: ControlDouble = {
    status: { version: 0, port: 8443, pid: process.pid, inFlight: {}, rejected: {} },
    reloads: 0,
    calls: 0,
    close: () => server.close(),
  }
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return double
}
