import { type Files, stackOf } from "./project.ts"

/** Source of a Worker that answers with its version, to `/slow` after a while. `health`: the status of `/health`. */
export const workerSource = (version: string, health = 200): string => `
export default {
  async fetch({ url }) {
    const { pathname } = new URL(url)
    if (pathname === "/slow") await new Promise((resolve) => setTimeout(resolve, 200))
    return new Response("${version}", { status: pathname === "/health" ? ${health} : 200 })
  },
}
`

/**
 * Source of a program that answers with its version, to `/slow` after a while. It does not handle SIGTERM, so it ends at once.
 * `/pid` names its process. `/events` sends its version for ever, or until the file in the query exists; an upgraded
 * connection gets every line back with it, and is ended after the line "bye".
 */
export const programSource = (version: string): string => `
import { existsSync } from "node:fs"
import { createServer } from "node:http"
const server = createServer((request, response) => {
  const { pathname, search } = new URL(request.url, "http://app")
  if (pathname === "/slow") return setTimeout(() => response.end("${version}"), 200)
  if (pathname === "/pid") return response.end(String(process.pid))
  if (pathname !== "/events") return response.end("${version}")
  response.writeHead(200, { "content-type": "text/event-stream" })
  const timer = setInterval(() => {
    if (!existsSync(decodeURIComponent(search.slice(1)))) return response.write("data: ${version}\\n\\n")
    clearInterval(timer)
    response.end("data: end\\n\\n")
  }, 50)
  response.on("close", () => clearInterval(timer))
})
server.on("upgrade", (_, socket) => {
  socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: lines\\r\\nConnection: Upgrade\\r\\n\\r\\n")
  socket.on("error", () => socket.destroy()).on("data", (bytes) => {
    const line = String(bytes)
    socket.write("${version} " + line)
    if (line.startsWith("bye")) socket.end()
  })
})
server.listen(Number(process.env.PORT))
`

export interface Programs {
  version: string
  replicas?: number
}

/** Files of a stack with a Worker `api`, a Container `web` and a Daemon `agent`, all of one version. */
export const threeResources = ({ version, replicas = 2 }: Programs): Files => ({
  "api.ts": workerSource(version),
  "program.ts": programSource(version),
  "alien.ts": stackOf({
    api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")`,
    web: `new alien.Container("web").code(source("program.ts")).replicas(${replicas}).publicEndpoint("web", 8080)`,
    agent: `new alien.Daemon("agent").code(source("program.ts")).publicEndpoint("web", 9100)`,
  }),
})
