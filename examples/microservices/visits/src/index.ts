import { createServer } from "node:http"

let visits = 0

/** POST counts a visit, GET tells how many there were. */
const server = createServer((request, response) => {
  if (request.method === "POST") visits += 1
  response.setHeader("content-type", "application/json").end(JSON.stringify(visits))
})

server.listen(Number(process.env.ALIEN_PORT_METRICS))
process.once("SIGTERM", () => server.close())
