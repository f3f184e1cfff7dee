import { once } from "node:events"
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises"
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http"
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2"
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls"
import type { Route } from "@alienplatform/provider-local/gateway-table"
import { type Gateway, startGateway } from "../gateway.ts"
import type { Limits } from "../limits.ts"
import { type TestAuthority, testAuthority } from "./certificates.ts"

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  trailers: NodeJS.Dict<string>
  body: string
}

/** A gateway on a free port in a directory of its own, with upstreams that tests put behind it. */
export class World implements AsyncDisposable {
  readonly directory: string
  readonly authority: TestAuthority
  readonly gateway: Gateway
  readonly agent: HttpsAgent
  readonly #servers = new Set<Server>()
  readonly #sessions = new Set<ClientHttp2Session>()
  #version = 0

  constructor(parts: { directory: string; authority: TestAuthority; gateway: Gateway }) {
    this.directory = parts.directory
    this.authority = parts.authority
    this.gateway = parts.gateway
    this.agent = new HttpsAgent({ keepAlive: true, ca: parts.authority.certificate })
  }

  /** Serves on a free loopback port until the world ends; answers the port. */
  async upstream(handler: RequestListener | Server): Promise<number> {
    const server = typeof handler === "function" ? createServer(handler) : handler
    this.#servers.add(server)
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    return (server.address() as AddressInfo).port
  }

  /** Stops listening on a port that `upstream` answered, and answers it: nobody is there now. */
  async freePort(): Promise<number> {
    const port = await this.upstream(() => {})
    for (const server of this.#servers) {
      if ((server.address() as AddressInfo | null)?.port !== port) continue
      server.close()
      await once(server, "close")
      this.#servers.delete(server)
    }
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

  async serve(...routes: readonly Route[]): Promise<void> {
    await this.write(JSON.stringify({ format: 1, version: ++this.#version, routes }))
    await this.gateway.reload()
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
    return { host: "127.0.0.1", port: this.gateway.port, servername: host, ca: this.authority.certificate }
  }

  request(host: string, path = "/", options: RequestOptions = {}) {
    return httpsRequest({
      agent: this.agent,
      ...this.reach(host),
      path,
      ...options,
      headers: { host: `${host}:${this.gateway.port}`, ...options.headers },
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

  async http2(host: string): Promise<ClientHttp2Session> {
    const session = connectHttp2(`https://${host}:${this.gateway.port}`, {
      ...this.reach(host),
      settings: { initialWindowSize: 1024 * 1024 },
    })
    session.on("error", () => {})
    this.#sessions.add(session)
    await once(session, "connect")
    return session
  }

  async tls(host: string): Promise<TLSSocket> {
    const socket = connectTls({ ...this.reach(host), ALPNProtocols: ["http/1.1"] })
    await once(socket, "secureConnect")
    return socket
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.agent.destroy()
    for (const session of this.#sessions) session.destroy()
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
    await this.gateway.close()
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** `drain` is short: what a test leaves open is of no use to anybody. */
export async function openWorld(limits: Partial<Limits> = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "alien-gateway-"))
  const gateway = await startGateway({
    directory,
    port: 0,
    controlSocket: join(directory, "control.sock"),
    limits: { drain: 200, poll: 60_000, ...limits },
  })
  return new World({ directory, authority: await testAuthority(), gateway })
}
