import { once } from "node:events"
import type { ServerHttp2Session } from "node:http2"
import { createServer, type Server } from "node:https"
import { createServer as createTcpServer, type Server as TcpServer } from "node:net"
import type { Duplex } from "node:stream"
import type { TLSSocket } from "node:tls"
import { http1Listener } from "./http1.ts"
import { serveHttp2 } from "./http2.ts"
import type { Limits } from "./limits.ts"
import { portHolder } from "./port-holder.ts"
import { codeOf, problem } from "./problem.ts"
import type { Serving } from "./serving.ts"
import { isUpgrade, upgradeListener } from "./upgrade.ts"

/** The TLS side of the gateway: 127.0.0.1, and ::1 where the machine has it. */
export interface Listener {
  readonly port: number
  /** Accepts nothing new, lets requests under way end for `limits.drain`, then cuts what is left. */
  close(): Promise<void>
}

/** @param port 0 for any free one. Throws `port_in_use`. */
export async function listen(options: { port: number; serving: Serving; limits: Limits }): Promise<Listener> {
  const { serving, limits } = options
  const sessions = new Set<ServerHttp2Session>()
  const tunnels = new Set<Duplex>()
  const server = createHttpServer(serving, limits, sessions)
  server.on("upgrade", upgradeListener(serving, tunnels))
  const port = await bind(server, options.port, "127.0.0.1")
  // An address family more, not a server more: the same TLS and HTTP code takes its connections.
  const ipv6 = createTcpServer((socket) => server.emit("connection", socket))
  try {
    await bindIpv6(ipv6, port, options.port === 0)
  } catch (error) {
    server.close()
    throw error
  }
  return { port, close: () => drain({ server, ipv6, sessions, tunnels, serving, limits }) }
}

function createHttpServer(serving: Serving, limits: Limits, sessions: Set<ServerHttp2Session>): Server {
  const server = createServer(
    {
      ALPNProtocols: ["h2", "http/1.1"],
      minVersion: "TLSv1.2",
      SNICallback: (servername, answer) => {
        const context = serving.routing.secureContext(servername)
        if (context) answer(null, context)
        else answer(problem("route_unknown", { message: `no route for ${JSON.stringify(servername)}` }))
      },
      handshakeTimeout: limits.handshakeTimeout,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeout,
      connectionsCheckingInterval: limits.headersCheck,
      keepAliveTimeout: limits.keepAliveTimeout,
      requestTimeout: 0,
      shouldUpgradeCallback: isUpgrade,
    },
    http1Listener(serving),
  )
  // One TLS server for both protocols: its own listener goes on serving the connections that negotiated HTTP/1.1.
  const serveHttp1 = server.listeners("secureConnection")
  server.removeAllListeners("secureConnection")
  server.on("secureConnection", (socket: TLSSocket) => {
    if (socket.alpnProtocol !== "h2") {
      for (const listener of serveHttp1) listener.call(server, socket)
      return
    }
    const session = serveHttp2(socket, serving, limits)
    sessions.add(session)
    session.once("close", () => sessions.delete(session))
  })
  return server
}

async function bind(server: TcpServer, port: number, host: string): Promise<number> {
  server.listen({ port, host, ipv6Only: true })
  try {
    await once(server, "listening")
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE" && codeOf(error) !== "EACCES") throw error
    throw problem("port_in_use", {
      message:
        codeOf(error) === "EACCES"
          ? `port ${port} on ${host} may not be used by this user; choose one above 1023`
          : `port ${port} on ${host} is taken by ${await portHolder(port)}; stop it and start the gateway again`,
      cause: error,
    })
  }
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : port
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
  tunnels: ReadonlySet<Duplex>
  serving: Serving
  limits: Limits
}): Promise<void> {
  const { server, ipv6, sessions, tunnels, serving, limits } = listener
  serving.draining = true
  ipv6.close()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const session of sessions) session.close()
  const deadline = setTimeout(() => {
    for (const session of sessions) session.destroy()
    for (const tunnel of tunnels) tunnel.destroy()
    server.closeAllConnections()
  }, limits.drain)
  // A connection may become idle only after it answered; such a one has nothing more to say.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  await closed
  clearTimeout(deadline)
  clearInterval(sweep)
}
