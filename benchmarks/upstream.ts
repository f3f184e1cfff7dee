/**
 * The app behind the proxies of benchmarks/local.ts: on the bare socket, so that it costs little beside them. It knows
 * requests without a body, one at a time. Tells its parent the port.
 */
import { createServer } from "node:net"

const ANSWER = Buffer.from("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 13\r\n\r\nhello, world\n")

const server = createServer({ noDelay: true }, (socket) => {
  let rest = ""
  socket.on("error", () => socket.destroy())
  socket.on("data", (chunk) => {
    rest += chunk.toString("latin1")
    if (!rest.endsWith("\r\n\r\n")) return
    rest = ""
    socket.write(ANSWER)
  })
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.(typeof address === "object" ? address?.port : 0)
})
process.once("disconnect", () => process.exit())
