import { once } from "node:events"
import { connect, type Socket } from "node:net"
import type { Handler } from "./handler.ts"
import { type RunningServer, serve } from "./server.ts"

export interface TestServer extends RunningServer, AsyncDisposable {
  origin: string
  /** What onError was told, as `METHOD path: message`. */
  failures: string[]
  /** Codes of the requests that the handler did not get. */
  refused: string[]
  /** Sends bytes on a new connection and resolves with everything that came back once the server closed it. */
  raw(request: string): Promise<string>
  /** A connection left open. */
  connect(): Promise<Socket>
}

/** Serves a handler on a free port; cut off when disposed. */
export async function serving(fetch: Handler["fetch"]): Promise<TestServer> {
  const failures: string[] = []
  const refused: string[] = []
  const server = await serve(
    { fetch },
    {
      port: 0,
      onError: (error, { method, path }) =>
        failures.push(`${method} ${path}: ${error instanceof Error ? error.message : String(error)}`),
      onRefused: ({ status, code }) => refused.push(`${status} ${code}`),
    },
  )
  const open = async () => {
    const socket = connect(server.port, "127.0.0.1")
    await once(socket, "connect")
    return socket
  }
  return {
    ...server,
    origin: `http://127.0.0.1:${server.port}`,
    failures,
    refused,
    connect: open,
    async raw(request) {
      const socket = await open()
      let answer = ""
      socket.setEncoding("latin1").on("data", (text: string) => {
        answer += text
      })
      socket.on("error", () => undefined)
      socket.write(request)
      await once(socket, "close")
      return answer
    },
    async [Symbol.asyncDispose]() {
      await server.close(0)
    },
  }
}

/** A GET with these header lines that asks for the connection to be closed. */
export const get = (path: string, ...headers: string[]): string =>
  `${["GET", path, "HTTP/1.1"].join(" ")}\r\n${["Connection: close", ...headers].join("\r\n")}\r\n\r\n`
