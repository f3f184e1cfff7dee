import { createServer } from "node:http"
import { container } from "@alienplatform/sdk"

const server = createServer(async (request, response) => {
  const api = await container("api")
  response.setHeader("content-type", "application/json")
  response.end(JSON.stringify({ message: "hello from my-app", path: request.url, url: await api.getUrl() }))
})

server.listen(Number(process.env.ALIEN_PORT_WEB ?? process.env.PORT ?? 8080))

// What is under way ends well before another version takes over.
process.once("SIGTERM", () => server.close())
