import { once } from "node:events"
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises"
import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
} from "node:http"
import { type ClientHttp2Session, connect as connectHttp2, type Settings as Http2Settings } from "node:http2"
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https"
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls"
import type { Route, RouteTable } from "@alienplatform/provider-local/gateway-table"
import { type Gateway, type GatewayOptions, startGateway } from "../gateway.ts"
import type { Limits } from "../limits.ts"
import { type TestAuthority, testAuthority } from "./certificates.ts"

export type TcpPort = RouteTable["ports"][number]

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  trailers: NodeJS.Dict<string>
  body: string
}

/** A gateway on a free port in a directory of its own, with upstreams that tests put behind it. */
export class TestGateway implements AsyncDisposable {
  readonly directory: string
  readonly authority: TestAuthority
  readonly running: Gateway
  readonly agent: HttpsAgent
  readonly #servers = new Set<Server>()
  readonly #sessions = new Set<ClientHttp2Session>()
  readonly #cleanups: (() => void)[] = []
  #version = 0

  constructor(parts: { directory: string; authority: TestAuthority; running: Gateway }) {
    this.directory = parts.directory
    this.authority = parts.authority
    this.running = parts.running
    this.agent = new HttpsAgent({ keepAlive: true, ca: parts.authority.certificate })
  }

  /** Serves on a free loopback port until the gateway ends; answers the port. */
  upstream(handler: RequestListener | Server): Promise<number> {
    return this.upstreamAt(0, handler)
  }

  /** Serves on a given loopback port until the gateway ends; returns the port. */
  async upstreamAt(port: number, handler: RequestListener | Server): Promise<number> {
    const server = typeof handler === "function" ? createServer(handler) : handler
    this.#servers.add(server)
    server.listen(port, "127.0.0.1")
    await once(server, "listening")
    return (server.address() as AddressInfo).port
  }

  /** Passes connections to `accept` until the gateway ends; answers the port. */
  async tcpUpstream(accept: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>()
    const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket)
      socket.on("error", () => {})
      accept(socket)
    }).listen(0, "127.0.0.1")
    this.#cleanups.push(() => {
      server.close()
      for (const socket of sockets) socket.destroy()
    })
    await once(server, "listening")
    return (server.address() as AddressInfo).port
  }

  /** A connected client of a loopback port. */
  async tcp(port: number): Promise<Socket> {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true })
    socket.on("error", () => {})
    this.#cleanups.push(() => socket.destroy())
    await once(socket, "connect")
    return socket
  }

  /** Stops listening on a port that `upstream` answered. */
  async stop(port: number): Promise<void> {
    for (const server of this.#servers) {
      if ((server.address() as AddressInfo | null)?.port !== port) continue
      this.#servers.delete(server)
      server.close()
      server.closeAllConnections()
      await once(server, "close")
    }
  }

  /** A port that nobody listens on now. */
  async freePort(): Promise<number> {
    const port = await this.upstream(() => {})
    await this.stop(port)
    return port
  }

  async route(host: string, ports: readonly number[], more: Partial<Route> = {}): Promise<Route> {
    const { chain, key, sha256 } = await this.authority.issue(host)
    await this.writeFile(`${sha256}.crt`, chain)
    await this.writeFile(`${sha256}.key`, key)
    return {
      key: `dep_a/${host}`,
      host,
      upstreams: ports.map((port) => ({ port })),
      certificate: { chainFile: `${sha256}.crt`, keyFile: `${sha256}.key`, sha256 },
      deployment: "shop",
      resource: "api",
      endpoint: "web",
      ...more,
    }
  }

  tcpPort(port: number, upstreams: readonly number[], more: Partial<TcpPort> = {}): TcpPort {
    return {
      key: `dep_a/${port}`,
      port,
      upstreams: upstreams.map((upstream) => ({ port: upstream })),
      ...{ deployment: "shop", resource: "db", endpoint: "sql" },
      ...more,
    }
  }

  async serve(...routes: readonly Route[]): Promise<void> {
    await this.serveTable({ routes })
  }

  async serveTable(table: { routes?: readonly Route[]; ports?: readonly TcpPort[] }): Promise<void> {
    await this.write(JSON.stringify({ format: 1, version: ++this.#version, routes: [], ...table }))
    await this.running.reload()
  }

  /** A file beside the table. */
  async writeFile(name: string, text: string): Promise<void> {
    await writeFile(join(this.directory, name), text, { mode: 0o600 })
  }

  async write(table: string): Promise<void> {
    const file = join(this.directory, "routes.json")
    await writeFile(`${file}.new`, table)
    await rename(`${file}.new`, file)
  }

  /** One upstream at one host: what most tests need. */
  async app(handler: RequestListener, more: Partial<Route> = {}, host = "api.shop.localhost"): Promise<string> {
    await this.serve(await this.route(host, [await this.upstream(handler)], more))
    return host
  }

  /** TLS options with which a client reaches a host at the gateway and verifies its certificate. */
  reach(host: string): ConnectionOptions & { host: string; port: number; servername: string; ca: string } {
    return { host: "127.0.0.1", port: this.running.port, servername: host, ca: this.authority.certificate }
  }

  request(host: string, path = "/", options: RequestOptions = {}) {
    return httpsRequest({
      agent: this.agent,
      ...this.reach(host),
      path,
      ...options,
      headers: { host: `${host}:${this.running.port}`, ...options.headers },
    })
  }

  async get(host: string, path = "/", options: RequestOptions & { body?: string | Buffer } = {}): Promise<Answer> {
    const request = this.request(host, path, options)
    request.end(options.body)
    const [response] = await once(request, "response")
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    return {
      status: response.statusCode,
      headers: response.headers,
      trailers: response.trailers,
      body: Buffer.concat(chunks).toString(),
    }
  }

  /** Makes a request over HTTP/2 and reads the whole answer. */
  async get2(
    host: string,
    path = "/",
    options: { method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer } = {},
  ): Promise<Answer> {
    const session = await this.http2(host)
    const stream = session.request({ ":method": options.method ?? "GET", ":path": path, ...options.headers })
    stream.end(options.body)
    let trailers = {}
    stream.once("trailers", (received) => {
      trailers = received
    })
    const [headers] = await once(stream, "response")
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    session.close()
    return { status: headers[":status"], headers, trailers, body: Buffer.concat(chunks).toString() }
  }

  async http2(host: string, settings: Http2Settings = {}): Promise<ClientHttp2Session> {
    const session = connectHttp2(`https://${host}:${this.running.port}`, {
      ...this.reach(host),
      settings: { initialWindowSize: 1024 * 1024, ...settings },
    })
    session.on("error", () => {})
    this.#sessions.add(session)
    await once(session, "connect")
    return session
  }

  async tls(host: string, protocol: "http/1.1" | "h2" = "http/1.1"): Promise<TLSSocket> {
    const socket = connectTls({ ...this.reach(host), ALPNProtocols: [protocol] })
    await once(socket, "secureConnect")
    return socket
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.agent.destroy()
    for (const session of this.#sessions) session.destroy()
    for (const clean of this.#cleanups) clean()
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
    await this.running.close()
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** `drain` is short: what a test leaves open is of no use to anybody. */
export async function openTestGateway(
  limits: Partial<Limits> = {},
  more: Pick<GatewayOptions, "now" | "issueCertificate"> & { logs?: boolean; authority?: TestAuthority } = {},
): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), "alien-gateway-"))
  const running = await startGateway({
    directory,
    port: 0,
    controlSocket: join(directory, "control.sock"),
    limits: { drainMs: 200, pollMs: 60_000, ...limits },
    ...(more.logs && { logDirectory: join(directory, "logs") }),
    ...(more.now && { now: more.now }),
    issueCertificate: more.issueCertificate,
  })
  return new TestGateway({ directory, authority: more.authority ?? (await testAuthority()), running })
}
