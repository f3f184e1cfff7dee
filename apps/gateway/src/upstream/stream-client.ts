import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http"
import type { Socket } from "node:net"
import type { Dispatcher } from "undici"
import { fieldPairs, trailerFields } from "../header-fields.ts"
import type { Forwarded } from "./forwarded.ts"
import type { UploadBody } from "./upload-body.ts"

/** ms; servers that do not say how long they keep an idle connection close it after five seconds or more. */
const KEEP_ALIVE = 4_000

export interface StreamClientOptions {
  host: string
  port: number
  /** Bytes of a response's headers. */
  maxHeaderSize: number
  /** ms */
  connectTimeoutMs: number
}

/**
 * Sends requests whose length nobody knows, with the same callbacks as undici. undici holds the head of a request back
 * until the first byte of its body, and a client that waits for the head of the answer never sends one.
 */
export class StreamClient {
  readonly #agent = new Agent({ keepAlive: true, timeout: KEEP_ALIVE })
  readonly #options: StreamClientOptions

  constructor(options: StreamClientOptions) {
    this.#options = options
  }

  dispatch(forwarded: Forwarded, body: UploadBody, handler: Dispatcher.DispatchHandlers): void {
    const { host, port, maxHeaderSize } = this.#options
    const { method, path } = forwarded
    let sent: ClientRequest
    try {
      // Said in words: for some methods Node would send the body without framing.
      const headers = [...forwarded.headers, "transfer-encoding", "chunked"]
      sent = request({ host, port, agent: this.#agent, method, path, headers, maxHeaderSize })
    } catch (error) {
      handler.onError?.(coded(error, "UND_ERR_INVALID_ARG"))
      return
    }
    new Streamed({ sent, body, handler, forwarded, connectTimeout: this.#options.connectTimeoutMs })
  }

  /** Idle connections are closed now, the others after their answers. */
  retire(): void {
    this.#agent.keepSocketAlive = () => false
    for (const sockets of Object.values(this.#agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
  }

  destroy(): void {
    this.#agent.destroy()
  }
}

class Streamed {
  readonly #sent: ClientRequest
  readonly #body: UploadBody
  readonly #handler: Dispatcher.DispatchHandlers
  #socket: Socket | undefined
  /** Bytes that the connection had brought before this request. */
  #bytesBefore = 0
  #over = false

  constructor(options: {
    sent: ClientRequest
    body: UploadBody
    handler: Dispatcher.DispatchHandlers
    forwarded: Forwarded
    connectTimeout: number
  }) {
    const { sent, body, handler, forwarded, connectTimeout } = options
    this.#sent = sent
    this.#body = body
    this.#handler = handler
    const noConnection = setTimeout(() => this.#fail(timedOut("UND_ERR_CONNECT_TIMEOUT")), connectTimeout)
    // The app has its time from the last byte on; a client that sends nothing is not the app's fault.
    const noAnswer = setInterval(() => {
      if (!body.starved) this.#fail(timedOut("UND_ERR_HEADERS_TIMEOUT"))
    }, forwarded.headersTimeout)
    sent.once("socket", (socket) => {
      const connected = () => {
        clearTimeout(noConnection)
        this.#socket = socket
        this.#bytesBefore = socket.bytesRead
        this.#begin(noAnswer)
      }
      if (socket.connecting) socket.once("connect", connected)
      else connected()
    })
    sent.on("information", ({ statusCode, rawHeaders }) => {
      handler.onHeaders?.(statusCode, rawHeaders.map(latin1), () => {}, "")
    })
    sent.once("response", (response) => {
      clearInterval(noAnswer)
      this.#receive(response)
    })
    sent.once("upgrade", () => this.#fail(coded(new Error("an upgrade that nobody asked for"), "UND_ERR_SOCKET")))
    sent.once("close", () => {
      clearTimeout(noConnection)
      clearInterval(noAnswer)
      this.#fail(coded(new Error("the upstream closed the connection"), "UND_ERR_SOCKET"))
    })
    sent.on("error", (error) => this.#fail(error))
  }

  /** Only now, so that a request that finds no connection can be sent elsewhere with its body. */
  #begin(noAnswer: NodeJS.Timeout): void {
    if (this.#sent.destroyed || this.#over) return
    this.#handler.onConnect?.(() => {
      this.#over = true
      this.#sent.destroy()
    })
    if (this.#over) return
    this.#sent.flushHeaders()
    this.#body
      .on("data", () => noAnswer.refresh())
      .once("end", () => {
        noAnswer.refresh()
        const trailers = trailerFields(this.#body.trailers)
        if (trailers.length > 0) this.#sent.addTrailers(fieldPairs(trailers))
      })
    this.#body.once("error", (error) => this.#sent.destroy(error)).pipe(this.#sent)
  }

  #receive(response: IncomingMessage): void {
    const raw = response.rawHeaders.map(latin1)
    this.#handler.onHeaders?.(response.statusCode ?? 0, raw, () => response.resume(), response.statusMessage ?? "")
    response.on("data", (chunk: Buffer) => {
      if (this.#handler.onData?.(chunk) === false) response.pause()
    })
    response.once("end", () => {
      if (!response.complete || this.#over) return
      this.#over = true
      this.#handler.onComplete?.(response.rawTrailers.map((text) => text))
      // What is left of the body goes nowhere, and nothing else can be sent behind it.
      if (!this.#sent.writableFinished) this.#sent.destroy()
    })
    response.on("error", (error) => this.#fail(error))
  }

  #fail(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.#body.unpipe(this.#sent)
    this.#sent.destroy()
    if (this.#socket !== undefined && this.#socket.bytesRead > this.#bytesBefore) this.#handler.onResponseStarted?.()
    this.#handler.onError?.(error)
  }
}

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1")
const coded = (error: unknown, code: string): Error =>
  Object.assign(error instanceof Error ? error : new Error(String(error)), { code })
const timedOut = (code: string): Error => coded(new Error("the upstream took too long"), code)
