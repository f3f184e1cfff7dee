/** `node gateway-double.ts <gateway/config.json>`: listens and answers on its control socket as a gateway would. */
import { readFileSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { GatewayConfig } from "../gateway/table.ts"

const config = GatewayConfig.parse(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")))
const { port, controlSocket } = config
const server = createServer((_, response) => response.end("gateway"))
server.listen(port, "127.0.0.1", () => {
  const status = { version: 0, port, pid: process.pid, rejected: {} }
  rmSync(controlSocket, { force: true })
  createServer((_, response) => response.end(JSON.stringify(status))).listen(controlSocket)
})
