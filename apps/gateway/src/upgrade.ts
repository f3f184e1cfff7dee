import { type IncomingMessage, ServerResponse, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import { TLSSocket } from "node:tls"
import type { Dispatcher } from "undici"
import { admit, targetOf } from "./admission.ts"
import type { Destination } from "./destination.ts"
import { refusals } from "./error-page.ts"
import { refuse } from "./http1.ts"
import { codeOf } from "./problem.ts"
import { requestHeaders } from "./request-headers.ts"
import { responseHead } from "./response-headers.ts"
import type { Serving } from "./serving.ts"

/** A client may try h2c with any request; RFC 9113 dropped it, so such a request is an ordinary one. */
export const isUpgrade = (request: IncomingMessage): boolean => request.headers.upgrade?.toLowerCase() !== "h2c"

/**
 * Connects a client that asks for another protocol, such as WebSocket, with an upstream that agrees: from then on
 * bytes pass untouched both ways. Any other answer of the upstream is an ordinary response.
 */
export const upgradeListener =
  (serving: Serving, tunnels: Set<Duplex>) =>
  (request: IncomingMessage, client: Duplex, head: Buffer): void => {
    client.on("error", () => client.destroy())
    const response = responseOn(request, client)
    const target = targetOf(request.url ?? "", request.rawHeaders)
    if (target === undefined || !(client instanceof TLSSocket)) {
      refuse(request, response, refusals.invalid("no single Host and path"))
      return
    }
    const admitted = admit(serving.routing, target.authority, client)
    if ("status" in admitted) {
      refuse(request, response, admitted)
      return
    }
    const { destination } = admitted
    const { headers, body } = requestHeaders(request.rawHeaders, admitted, client.remoteAddress)
    if (body) {
      refuse(request, response, refusals.invalid("an upgrade with a body"))
      return
    }
    const { pools, load } = destination
    const options = {
      method: request.method ?? "GET",
      path: target.path,
      headers,
      upgrade: request.headers.upgrade ?? "",
      headersTimeout: destination.timeout,
    }
    load.inFlight++
    tunnels.add(client)
    client.once("close", () => {
      load.inFlight--
      tunnels.delete(client)
    })
    pools[load.turn++ % pools.length]?.dispatch(
      options as Dispatcher.DispatchOptions,
      new Upgrade({ request, response, client, head, destination }),
    )
  }

/** An ordinary response on the connection, for every answer but 101; the connection ends with it. */
function responseOn(request: IncomingMessage, client: Duplex): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  if (client instanceof TLSSocket) response.assignSocket(client)
  response.once("finish", () => client.end())
  return response
}

class Upgrade implements Dispatcher.DispatchHandlers {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #client: Duplex
  readonly #head: Buffer
  readonly #destination: Destination
  #answered = false

  constructor(options: {
    request: IncomingMessage
    response: ServerResponse
    client: Duplex
    head: Buffer
    destination: Destination
  }) {
    this.#request = options.request
    this.#response = options.response
    this.#client = options.client
    this.#head = options.head
    this.#destination = options.destination
  }

  onConnect(abort: () => void): void {
    if (this.#client.destroyed) abort()
    else this.#client.once("close", () => abort())
  }

  onUpgrade(status: number, raw: Buffer[] | string[] | null, upstream: Duplex): void {
    this.#answered = true
    const client = this.#client
    if (client instanceof TLSSocket) this.#response.detachSocket(client)
    const fields = (raw ?? []).map((field) => (typeof field === "string" ? Buffer.from(field, "latin1") : field))
    const { headers, upgrade } = responseHead(fields)
    const protocol = upgrade ?? this.#request.headers.upgrade
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: upgrade\r\nupgrade: ${protocol}\r\n`
    for (let index = 0; index + 1 < headers.length; index += 2) head += `${headers[index]}: ${headers[index + 1]}\r\n`
    client.write(Buffer.from(`${head}\r\n`, "latin1"))
    if (this.#head.length > 0) upstream.write(this.#head)
    upstream
      .on("error", () => client.destroy())
      .once("close", () => (upstream.readableEnded ? client.end() : client.destroy()))
    client.once("close", () => upstream.destroy())
    upstream.pipe(client)
    client.pipe(upstream)
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200) return true
    this.#answered = true
    this.#response.on("drain", resume)
    this.#response.writeHead(status, responseHead(raw).headers)
    return true
  }

  onData(chunk: Buffer): boolean {
    return this.#response.write(chunk)
  }

  onComplete(): void {
    this.#response.end()
  }

  onError(error: Error): void {
    if (this.#client.destroyed) return
    if (this.#answered) this.#client.destroy()
    else {
      const code = codeOf(error)
      const timedOut = code === "UND_ERR_HEADERS_TIMEOUT"
      const refusal = timedOut ? refusals.timeout(this.#destination) : refusals.unreachable(this.#destination, code)
      refuse(this.#request, this.#response, refusal)
    }
  }
}
