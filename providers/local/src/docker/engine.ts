import { type IncomingMessage, request } from "node:http"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { parseJson, problem } from "@alienplatform/core"
import { z } from "zod"

/** The newest version of the Docker Engine API that we were written for; engines that know less are asked for what they know. */
const NEWEST_API = [1, 44] as const
const TIMEOUT_MS = 20_000
const MAX_ANSWER_BYTES = 16 * 1024 * 1024

export interface EngineCall {
  method: "GET" | "PUT" | "POST" | "DELETE" | "HEAD"
  /** Without the API's version: `/containers/json`. */
  path: string
  query?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is, in place of `body`: a tar. */
  upload?: Readable | undefined
  headers?: Readonly<Record<string, string>> | undefined
  signal?: AbortSignal | undefined
}

const About = z.object({ Version: z.string(), Components: z.array(z.object({ Name: z.string() })).nullish() })
const Refusal = z.object({ message: z.string() })

/**
 * The Docker Engine API of Docker or Podman on a Unix socket. Throws `unavailable` when nobody answers or the engine
 * failed, `not_found`, `conflict`, and `invalid` for what it refuses.
 * @see https://docs.docker.com/reference/api/engine/
 */
export class Engine {
  /** Path of the Unix socket. */
  readonly socket: string
  #version: Promise<string> | undefined

  constructor(socket: string) {
    this.socket = socket
  }

  /** A call with a short answer, as JSON. */
  async call<T>(call: EngineCall, answer: z.ZodType<T>): Promise<T> {
    const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(call.signal ? [call.signal] : [])])
    const text = await textOf(await this.open({ ...call, signal }), signal)
    const parsed = answer.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw problem("unavailable", {
      message: `the container engine at ${this.socket} answered ${nameOf(call)} in another format (${issue?.path.join(".")}: ${issue?.message})`,
      outcome: "unknown",
    })
  }

  /** A call whose answer is of no interest. */
  async tell(call: EngineCall): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(call.signal ? [call.signal] : [])])
    await textOf(await this.open({ ...call, signal }), signal)
  }

  /** A call whose answer is read as it comes, for as long as it takes; refusals throw. */
  async open(call: EngineCall): Promise<IncomingMessage> {
    const version = await this.#negotiated(call.signal)
    const response = await this.#send({ ...call, path: `/v${version}${call.path}` }).catch((error) => {
      // Another engine may listen there by now.
      this.#version = undefined
      throw this.#unanswered(call, error)
    })
    const { statusCode: status = 0 } = response
    if (status >= 200 && status < 300) return response
    const text = await textOf(response, call.signal).catch(() => "")
    // 304: it is started or stopped already.
    if (status === 304) return response
    throw this.#refused(call, status, text)
  }

  /** `Docker 28.0.1`, `Podman 4.3.1`. */
  async about(): Promise<string> {
    const { Version, Components } = await this.call({ method: "GET", path: "/version" }, About)
    const isPodman = Components?.some(({ Name }) => Name.startsWith("Podman")) ?? false
    return `${isPodman ? "Podman" : "Docker"} ${Version}`
  }

  #negotiated(signal: AbortSignal | undefined): Promise<string> {
    this.#version ??= this.#ping(signal).catch((error) => {
      this.#version = undefined
      throw error
    })
    return this.#version
  }

  async #ping(signal: AbortSignal | undefined): Promise<string> {
    const call: EngineCall = { method: "GET", path: "/_ping", signal: signal ?? AbortSignal.timeout(TIMEOUT_MS) }
    const response = await this.#send(call).catch((error) => {
      throw this.#unanswered(call, error)
    })
    await textOf(response, signal)
    const known = response.headers["api-version"]
    const [major = 0, minor = 0] = typeof known === "string" ? known.split(".").map(Number) : []
    if (response.statusCode !== 200 || major !== NEWEST_API[0])
      throw problem("unavailable", {
        message: `what listens on ${this.socket} is no Docker Engine API of version 1 (GET /_ping: ${response.statusCode}, Api-Version ${known ?? "absent"})`,
        outcome: "refused",
      })
    return `${major}.${Math.min(minor, NEWEST_API[1])}`
  }

  #send({ method, path, query, body, upload, headers = {}, signal }: EngineCall): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const search = query ? `?${new URLSearchParams(query)}` : ""
      const json = body === undefined ? undefined : JSON.stringify(body)
      const content =
        json === undefined
          ? {}
          : { "content-type": "application/json", "content-length": String(Buffer.byteLength(json)) }
      const call = request({
        socketPath: this.socket,
        host: "localhost",
        method,
        path: `${path}${search}`,
        headers: { ...content, ...headers },
        agent: false,
        ...(signal ? { signal } : {}),
      })
      call.once("response", resolve)
      call.once("error", reject)
      if (upload) pipeline(upload, call).catch(reject)
      else call.end(json)
    })
  }

  #unanswered(call: EngineCall, cause: unknown) {
    const { code = "no answer" } = cause as NodeJS.ErrnoException
    return problem("unavailable", {
      message: `the container engine at ${this.socket} did not answer ${nameOf(call)} (${code}); start Docker or Podman again`,
      outcome: ["ECONNREFUSED", "ENOENT", "EACCES"].includes(code) ? "refused" : "unknown",
      cause,
    })
  }

  #refused(call: EngineCall, status: number, text: string) {
    const said = Refusal.safeParse(parseJson(text))
    const message = `the container engine refused ${nameOf(call)}: ${said.success ? said.data.message.trim() : `${status} ${text.slice(0, 500)}`}`
    if (status === 404) return problem("not_found", { message, outcome: "refused" })
    if (status === 409 || status === 403) return problem("conflict", { message, outcome: "refused" })
    if (status >= 500) return problem("unavailable", { message, outcome: "unknown" })
    return problem("invalid", { message, outcome: "refused" })
  }
}

const nameOf = ({ method, path }: EngineCall): string => `${method} ${path}`

async function textOf(response: IncomingMessage, signal: AbortSignal | undefined): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    signal?.throwIfAborted()
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`answer longer than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}
