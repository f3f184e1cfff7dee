import type { ServerHttp2Session } from "node:http2"
import { createServer, type Server } from "node:https"
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net"
import { TLSSocket } from "node:tls"
import type { GatewayState } from "../gateway-state.ts"
import { codeOf, problem } from "../problem.ts"
import { readableHeaderBytes } from "../request/header-limits.ts"
import { expectationListener, http1Listener } from "../request/http1.ts"
import { serveHttp2 } from "../request/http2.ts"
import { connectListener, isUpgrade, upgradeListener } from "../request/upgrade.ts"
import { bind } from "./bind.ts"
import { Http1Connections } from "./http1-connections.ts"
import { inspectConnection } from "./inspect-connection.ts"
import { Malformed } from "./malformed.ts"

/** The TLS side of the gateway: 127.0.0.1, and ::1 where the machine has it. */
export interface Listener {
  readonly port: number
  /** Accepts nothing new, lets requests under way end for `limits.drain`, then cuts what is left. */
  close(): Promise<void>
}

/** @param port 0 for any free one. Throws `port_in_use`. */
export async function listen(options: { port: number; state: GatewayState }): Promise<Listener> {
  const { state } = options
  const sessions = new Set<ServerHttp2Session>()
  const server = createHttpServer(state, sessions)
  const port = await bind(server, options.port, "127.0.0.1")
  // An address family more, not a server more: the same TLS and HTTP code takes its connections.
  const ipv6 = createTcpServer((socket) => server.emit("connection", socket))
  try {
    await bindIpv6(ipv6, port, options.port === 0)
  } catch (error) {
    server.close()
    throw error
  }
  return { port, close: () => drain({ server, ipv6, sessions, state }) }
}

function createHttpServer(state: GatewayState, sessions: Set<ServerHttp2Session>): Server {
  const { limits } = state
  const connections = new Http1Connections()
  const malformed = new Malformed(limits, connections)
  const serveRequest = http1Listener(state)
  const serveUpgrade = upgradeListener(state)
  const server = createServer(
    {
      ALPNProtocols: ["h2", "http/1.1"],
      minVersion: "TLSv1.2",
      SNICallback: (servername, answer) => {
        const context = state.routing.secureContext(servername) ?? state.unserved.secureContext(servername)
        if (context) answer(null, context)
        else answer(problem("route_unknown", { message: `no route for ${JSON.stringify(servername)}` }))
      },
      handshakeTimeout: limits.handshakeTimeoutMs,
      maxHeaderSize: readableHeaderBytes(limits),
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.headersCheckMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      requestTimeout: 0,
      // Checked below: requests without one get our own answer.
      requireHostHeader: false,
      shouldUpgradeCallback: isUpgrade,
    },
    (request, response) => {
      connections.began(request.socket, response)
      serveRequest(request, response)
    },
  )
  // Node would leave out the rest of longer lists; they are refused instead.
  server.maxHeadersCount = 0
  server.on("checkExpectation", expectationListener(state))
  server.on("clientError", (error, socket) => malformed.answer(error, socket))
  server.on("upgrade", (request, client, head) => {
    connections.upgraded(client)
    serveUpgrade(request, client, head)
  })
  server.on("connect", connectListener(state))
  replace(server, "connection", (enter) => inspectConnection(state, enter))
  // One TLS server for both protocols: its own listener goes on serving the connections that negotiated HTTP/1.1.
  replace(server, "secureConnection", (serveHttp1) => (socket) => {
    const connection = state.connections.beneath(socket)
    if (!(socket instanceof TLSSocket) || connection === undefined) {
      socket.destroy()
      return
    }
    if (socket.alpnProtocol !== "h2") {
      connection.closeWith(() => socket.destroy())
      connections.add(socket, connection)
      serveHttp1(socket)
      return
    }
    const session = serveHttp2(socket, state, connection)
    sessions.add(session)
    session.once("close", () => sessions.delete(session))
  })
  return server
}

type Take = (socket: Socket) => void

/** Puts a listener in front of those that the server brings. */
function replace(server: Server, event: "connection" | "secureConnection", listener: (own: Take) => Take): void {
  const listeners = server.listeners(event)
  server.removeAllListeners(event)
  const take = listener((socket) => {
    for (const own of listeners) own.call(server, socket)
  })
  server.on(event, take)
}

/** Without IPv6 on this machine 127.0.0.1 is all there is. */
async function bindIpv6(server: TcpServer, port: number, anyPort: boolean): Promise<void> {
  try {
    await bind(server, port, "::1")
  } catch (error) {
    const missing = codeOf(error) === "EADDRNOTAVAIL" || codeOf(error) === "EAFNOSUPPORT"
    if (!missing && !(anyPort && codeOf(error) === "port_in_use")) throw error
  }
}

async function drain(listener: {
  server: Server
  ipv6: TcpServer
  sessions: ReadonlySet<ServerHttp2Session>
  state: GatewayState
}): Promise<void> {
  const { server, ipv6, sessions, state } = listener
  const { tunnels, limits } = state
  state.draining = true
  ipv6.close()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const session of sessions) session.close()
  const deadline = setTimeout(() => {
    for (const session of sessions) session.destroy()
    for (const tunnel of tunnels) tunnel.destroy()
    server.closeAllConnections()
  }, limits.drainMs)
  // A connection may become idle only after it answered; such a one has nothing more to say.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  await closed
  clearTimeout(deadline)
  clearInterval(sweep)
}
