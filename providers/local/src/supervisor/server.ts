import { createServer, type IncomingMessage, type Server } from "node:http"
import { AlienError, parseJson, problem } from "@alienplatform/core"
import { httpStatusOf } from "@alienplatform/core/codes"
import { listenOn } from "./keep-socket.ts"
import { ProcessSpec, type SupervisorHealth } from "./protocol.ts"
import type { Supervisor } from "./supervisor.ts"

const MAX_BODY = 1024 * 1024

interface Reply {
  status: number
  body: unknown
}

/** Serves the protocol on a Unix socket that only its user can open. The caller holds the data directory's lock. */
export async function serve(supervisor: Supervisor, socket: string, shutdown: () => void): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(supervisor, request, shutdown).catch(refusal)
    const text = JSON.stringify(body)
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
    response.end(text)
  })
  await listenOn(server, socket)
  return server
}

async function answer(supervisor: Supervisor, request: IncomingMessage, shutdown: () => void): Promise<Reply> {
  const path = new URL(request.url ?? "/", "http://supervisor").pathname
  const route = `${request.method} ${path.replace(/^\/processes\/[^/]+$/, "/processes/{object}")}`
  const object = path.split("/")[2] ?? ""
  switch (route) {
    case "GET /health": {
      const states = supervisor.list()
      const troubled = states.filter(({ errors }) => errors !== null).length
      const looping = states.filter(({ crashLoop }) => crashLoop).length
      const health: SupervisorHealth = { pid: process.pid, protocol: 1, processes: states.length, troubled, looping }
      return { status: 200, body: health }
    }
    case "GET /processes":
      return { status: 200, body: supervisor.list() }
    case "GET /processes/{object}":
      return { status: 200, body: supervisor.get(object) }
    case "PUT /processes/{object}":
      return { status: 200, body: await supervisor.put(await specOf(request, object)) }
    case "DELETE /processes/{object}":
      return { status: 202, body: supervisor.remove(object) }
    case "POST /shutdown":
      setImmediate(shutdown)
      return { status: 202, body: {} }
    default:
      throw problem("not_found", { message: `the supervisor has no ${route}`, outcome: "refused" })
  }
}

async function specOf(request: IncomingMessage, object: string): Promise<ProcessSpec> {
  const parsed = ProcessSpec.safeParse(parseJson(await bodyOf(request)))
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")
    throw problem("spec_invalid", { message: `process ${object} cannot be supervised: ${wrong}`, outcome: "refused" })
  }
  if (parsed.data.object !== object)
    throw problem("spec_invalid", {
      message: `the path names process ${object}, the body ${parsed.data.object}`,
      outcome: "refused",
    })
  return parsed.data
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY)
      throw problem("body_too_large", {
        message: `a process specification takes at most ${MAX_BODY} bytes; shorten the environment`,
        outcome: "refused",
      })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

function refusal(error: unknown): Reply {
  const known =
    error instanceof AlienError ? error : problem("internal_error", { message: String(error), cause: error })
  return { status: httpStatusOf(known.code), body: known }
}
