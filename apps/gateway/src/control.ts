import { once } from "node:events"
import { chmod, lstat, mkdir, rm } from "node:fs/promises"
import { createServer, type RequestListener, type Server } from "node:http"
import { connect } from "node:net"
import { dirname } from "node:path"
import type { GatewayStatus } from "@alienplatform/provider-local/gateway-table"
import { codeOf, messageOf, problem } from "./problem.ts"

/** 107 bytes on Linux, 103 on macOS. A longer path is cut silently by some systems. */
const MAX_SOCKET_PATH = process.platform === "darwin" ? 103 : 107

export interface ControlSocket {
  /**
   * Listens again when the file was removed or replaced: systems clear temporary and runtime directories. Calls under
   * way end well. Throws when it cannot; to be tried again.
   */
  keep(): Promise<void>
  /** Stops listening and removes the socket's file. */
  close(): Promise<void>
}

/** Throws `gateway_already_running` when somebody answers on the socket. A file that nobody answers on is stale. */
export async function ensureUnused(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH)
    throw problem("socket_path_too_long", {
      message: `control socket ${path} has ${Buffer.byteLength(path)} bytes, the system allows ${MAX_SOCKET_PATH}; choose a shorter runtime directory`,
    })
  if (!(await answers(path))) return
  throw problem("gateway_already_running", {
    message: `a gateway already answers on ${path}; use that one, or stop it first`,
  })
}

/** `GET /status` and `POST /reload`, both answered with the status. Readable by this user only. */
export async function openControl(
  path: string,
  gateway: { status(): GatewayStatus; reload(): Promise<void> },
): Promise<ControlSocket> {
  let server = await listenOn(path, listener(gateway))
  let own = await identityOf(path)
  return {
    keep: async () => {
      if (own !== undefined && (await identityOf(path)) === own) return
      own = undefined
      // First, since closing removes whatever lies at the path.
      server.close()
      server = await listenOn(path, listener(gateway))
      own = await identityOf(path)
    },
    close: async () => {
      // With a callback, not an event: it may have been closed before, when its successor could not be had.
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function listenOn(path: string, answer: RequestListener): Promise<Server> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await rm(path, { force: true })
  const server = createServer(answer).listen(path)
  await once(server, "listening")
  await chmod(path, 0o600)
  return server
}

async function identityOf(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined)
  return found && `${found.dev}:${found.ino}:${found.ctimeMs}`
}

const listener =
  (gateway: { status(): GatewayStatus; reload(): Promise<void> }): RequestListener =>
  async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`)
    try {
      const call = `${request.method} ${request.url}`
      if (call === "POST /reload") await gateway.reload()
      else if (call !== "GET /status") {
        answer(404, { code: "route_unknown", message: `${call} is not part of the control protocol` })
        return
      }
      answer(200, gateway.status())
    } catch (error) {
      answer(500, { code: codeOf(error), message: messageOf(error) })
    }
  }

function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once("connect", () => {
      socket.destroy()
      resolve(true)
    })
    socket.once("error", (error) => {
      const code = codeOf(error)
      if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK") resolve(false)
      else reject(error)
    })
  })
}
