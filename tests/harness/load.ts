import { connect } from "node:http2"
import { Agent, type RequestOptions, request } from "node:https"
import { setTimeout } from "node:timers/promises"
import { connect as connectTls } from "node:tls"
import { verifiedOptions } from "./duplex.ts"
import type { Endpoint } from "./endpoint.ts"

/**
 * An answer with status 200. Moments are counted, not timed: a request with `began` above another's `ended` was sent
 * after its answer.
 */
interface Answered {
  body: string
  began: number
  ended: number
}

export interface Load {
  answers: Answered[]
  /** Every result but a whole answer with 200, by kind of client and what was seen. */
  failed: Set<string>
  /** Resolves at the first answer with this body; may be called before or after it comes. */
  seen(body: string): Promise<void>
  /** Resolves when every client had an answer to a request begun after this call. */
  round(): Promise<void>
  /** Stops once the requests under way have ended. */
  stop(): Promise<void>
}

/** Makes a GET request and returns the body of a 200. */
type Ask = (path: string) => Promise<string>

const PAUSE_MS = 3

/**
 * Loads an endpoint over verified TLS: over kept and new connections, over HTTP/1.1 and HTTP/2, quick requests (`/`)
 * and slow ones (`/slow`), so that requests are under way at every moment.
 */
export async function startLoad(endpoint: Endpoint): Promise<Load> {
  const options = await verifiedOptions(endpoint)
  const agent = new Agent({ keepAlive: true, maxSockets: 2 })
  const kept: Ask = (path) => get({ ...options, agent, path })
  const http2 = http2Client(endpoint, options)
  const clients: [string, Ask, string][] = [
    ["kept", kept, "/"],
    ["kept, slow", kept, "/slow"],
    ["new", (path) => get({ ...options, path }), "/"],
    ["HTTP/2", http2.ask, "/"],
    ["HTTP/2, slow", http2.ask, "/slow"],
  ]
  const answers: Answered[] = []
  const failed = new Set<string>()
  const waiting = new Set<() => void>()
  let moment = 0
  let stopped = false
  const rounds = new Map<string, number>()

  async function loop([name, ask, path]: (typeof clients)[number]): Promise<void> {
    for (; !stopped; await setTimeout(PAUSE_MS)) {
      const began = ++moment
      await ask(path).then(
        (body) => void answers.push({ body, began, ended: ++moment }),
        (error: Error) => void failed.add(`${name}: ${error.message}`),
      )
      rounds.set(name, began)
      for (const look of waiting) look()
    }
  }
  const until = (is: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!is()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const loops = clients.map(loop)

  return {
    answers,
    failed,
    seen: (body) => until(() => answers.some((answer) => answer.body === body)),
    round() {
      const now = moment
      return until(() => clients.every(([name]) => (rounds.get(name) ?? 0) > now))
    },
    async stop() {
      stopped = true
      await Promise.all(loops)
      agent.destroy()
      http2.close()
    },
  }
}

/**
 * Bodies of stale answers: of requests that were sent after a later version had answered, but were answered by an
 * earlier one.
 */
export function staleAnswers({ answers }: Load, versions: readonly string[]): string[] {
  const first = (version: string) =>
    Math.min(...answers.filter(({ body }) => body === version).map(({ ended }) => ended))
  const since = versions.map(first)
  return answers
    .filter(({ body, began }) => since.some((moment, index) => index > versions.indexOf(body) && began > moment))
    .map(({ body }) => body)
}

const get = (options: RequestOptions) =>
  new Promise<string>((resolve, reject) => {
    const sent = request(options, (response) => {
      let body = ""
      response.setEncoding("utf8")
      response.on("data", (text: string) => {
        body += text
      })
      response.on("error", reject)
      response.on("end", () =>
        response.statusCode === 200 ? resolve(body) : reject(new Error(`${response.statusCode} ${body.slice(0, 200)}`)),
      )
    })
    sent.on("error", reject)
    sent.end()
  })

/** An HTTP/2 client with one connection; when it is lost, requests under way fail and it is opened again. */
function http2Client(endpoint: Endpoint, { host, port, servername, ca }: RequestOptions): { ask: Ask; close(): void } {
  const to = { host: String(host), port: Number(port), servername: String(servername), ca: String(ca) }
  const open = () => {
    const session = connect(endpoint.url, { createConnection: () => connectTls({ ...to, ALPNProtocols: ["h2"] }) })
    return session.on("error", () => undefined)
  }
  let session = open()
  const ask: Ask = (path) => {
    if (session.closed || session.destroyed) session = open()
    const stream = session.request({ ":path": path }).setEncoding("utf8")
    return new Promise((resolve, reject) => {
      let status = 0
      let body = ""
      stream.on("response", (headers) => {
        status = headers[":status"] ?? 0
      })
      stream.on("data", (text: string) => {
        body += text
      })
      stream.on("error", reject)
      stream.on("end", () => (status === 200 ? resolve(body) : reject(new Error(`${status} ${body.slice(0, 200)}`))))
      stream.on("close", () => reject(new Error("the stream was closed before its answer was whole")))
    })
  }
  return { ask, close: () => session.close() }
}
