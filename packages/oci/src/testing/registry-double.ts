import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Clock } from "../registry/clock.ts"
import type { Credentials } from "../registry/credentials.ts"
import { Registries, type RegistriesOptions } from "../registry/registries.ts"
import { type AuthDouble, answerToken, isAllowed } from "./auth-double.ts"

/** Something that goes wrong with requests whose `METHOD /path?query` matches, once unless told otherwise. */
export interface Fault {
  when: RegExp
  times?: number
  status?: number
  headers?: Record<string, string>
  /** Ends the connection when this much of the request's body came; what came is kept. */
  dropRequestAfter?: number
  /** Ends the connection after this much of the answer's body. */
  dropAnswerAfter?: number
  /** Does what was asked for, and ends the connection in place of an answer. */
  loseAnswer?: boolean
}

export interface RegistryDoubleOptions {
  auth?: AuthDouble
  faults?: Fault[]
  /** Blobs are answered with a redirect to this origin. */
  redirectTo?: string
  /** Default: mounts what is there. */
  mounts?: boolean
  /** Default: answers ranges of blobs. */
  ranges?: boolean
}

interface Stored {
  bytes: Buffer
  type: string
}

const sha256 = (bytes: Buffer | string) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`

/**
 * A registry in memory on a free port of this machine, as much of it as clients use. `seen` has every request, `METHOD
 * /path?query` and its headers, without the probes for TLS.
 */
export async function startRegistryDouble(options: RegistryDoubleOptions = {}) {
  const { auth, mounts = true, ranges = true, redirectTo } = options
  const faults = (options.faults ?? []).map((fault) => ({ ...fault, left: fault.times ?? 1 }))
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, Stored>()
  const uploads = new Map<string, Buffer[]>()
  let opened = 0
  const seen: { line: string; headers: IncomingMessage["headers"]; received: number }[] = []

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`)
    const line = `${request.method} ${url.pathname}${url.search}`
    const entry = { line, headers: request.headers, received: 0 }
    seen.push(entry)
    const fault = faults.find(({ when, left }) => left > 0 && when.test(line))
    if (fault) fault.left--
    const chunks: Buffer[] = []
    const upload = /^(?:PATCH) .*\/blobs\/uploads\/(\w+)/.exec(line)?.[1]
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        entry.received += chunk.length
        chunks.push(chunk)
        if (fault?.dropRequestAfter !== undefined && entry.received >= fault.dropRequestAfter) {
          if (upload) uploads.get(upload)?.push(cut(chunks, fault.dropRequestAfter))
          request.socket.destroy()
          return
        }
      }
    } catch {
      return
    }
    if (fault?.status) {
      response.writeHead(fault.status, fault.headers).end('{"errors":[{"code":"FAULT","message":"injected"}]}')
      return
    }
    if (auth && url.pathname === "/token") return answerToken(auth, request, url, Buffer.concat(chunks), response)
    if (auth && !isAllowed(auth, request)) {
      const challenge =
        auth.kind === "basic"
          ? 'Basic realm="test"'
          : `Bearer realm="${auth.realm ?? `http://${request.headers.host}/token`}",service="double"`
      response.writeHead(401, { "www-authenticate": challenge }).end()
      return
    }
    const answer = { response, dropAfter: fault?.dropAnswerAfter, lose: fault?.loseAnswer === true }
    handle(request, url, Buffer.concat(chunks), answer)
  })

  interface Answer {
    response: ServerResponse
    dropAfter: number | undefined
    lose: boolean
  }

  function reply({ response, dropAfter, lose }: Answer, status: number, headers = {}, body: Buffer | string = "") {
    if (lose) return response.socket?.destroy()
    response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers })
    if (dropAfter === undefined) return response.end(body)
    response.write(body.slice(0, dropAfter), () => response.socket?.destroy())
  }

  function handle(request: IncomingMessage, url: URL, body: Buffer, answer: Answer) {
    const [, name = "", kind, rest = ""] = /^\/v2\/(.+)\/(manifests|blobs)\/(.*)$/.exec(url.pathname) ?? []
    if (kind === "manifests") return handleManifest(request, name, rest, body, answer)
    if (kind === "blobs" && rest.startsWith("uploads/")) return handleUpload(request, url, name, rest, body, answer)
    if (kind === "blobs") return handleBlob(request, `${name}/${rest}`, rest, answer)
    return reply(answer, url.pathname === "/v2/" ? 200 : 404)
  }

  function handleManifest(request: IncomingMessage, name: string, version: string, body: Buffer, answer: Answer) {
    if (request.method === "PUT") {
      const stored = { bytes: body, type: request.headers["content-type"] ?? "" }
      manifests.set(`${name}/${version}`, stored).set(`${name}/${sha256(body)}`, stored)
      return reply(answer, 201, { "docker-content-digest": sha256(body) })
    }
    const found = manifests.get(`${name}/${version}`)
    if (!found) return reply(answer, 404)
    return reply(answer, 200, { "content-type": found.type }, found.bytes)
  }

  function handleBlob(request: IncomingMessage, key: string, digest: string, answer: Answer) {
    const found = blobs.get(key)
    if (!found) return reply(answer, 404)
    if (request.method === "HEAD") return reply(answer, 200, { "content-length": found.length })
    if (redirectTo) return reply(answer, 307, { location: `${redirectTo}/${digest}?signature=1` })
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? []
    if (from === undefined || !ranges) return reply(answer, 200, {}, found)
    const range = { "content-range": `bytes ${from}-${found.length - 1}/${found.length}` }
    return reply(answer, 206, range, found.subarray(Number(from)))
  }

  function handleUpload(request: IncomingMessage, url: URL, name: string, rest: string, body: Buffer, answer: Answer) {
    const id = rest.slice("uploads/".length)
    const session = (of: string, parts: Buffer[]) => ({
      location: `/v2/${name}/blobs/uploads/${of}?state=${Buffer.concat(parts).length}`,
      range: `0-${Math.max(0, Buffer.concat(parts).length - 1)}`,
    })
    if (request.method === "POST") {
      const mount = url.searchParams.get("mount")
      const source = mount ? blobs.get(`${url.searchParams.get("from")}/${mount}`) : undefined
      if (mount && source && mounts) {
        blobs.set(`${name}/${mount}`, source)
        return reply(answer, 201)
      }
      const fresh = `u${++opened}`
      uploads.set(fresh, [])
      return reply(answer, 202, session(fresh, []))
    }
    const parts = uploads.get(id)
    if (!parts) return reply(answer, 404)
    if (request.method === "GET") return reply(answer, 204, session(id, parts))
    const [, start] = /^(\d+)-/.exec(request.headers["content-range"] ?? "") ?? []
    if (start !== undefined && Number(start) !== Buffer.concat(parts).length) return reply(answer, 416)
    parts.push(body)
    if (request.method === "PATCH") return reply(answer, 202, session(id, parts))
    const all = Buffer.concat(parts)
    const digest = url.searchParams.get("digest") ?? ""
    uploads.delete(id)
    if (sha256(all) !== digest) return reply(answer, 400)
    blobs.set(`${name}/${digest}`, all)
    return reply(answer, 201, { "docker-content-digest": digest })
  }

  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const registry = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    registry,
    /** By `repository/digest`. */
    blobs,
    /** By `repository/tag` and `repository/digest`. */
    manifests,
    seen,
    /** Lines of `seen`, in order. */
    lines: () => seen.map(({ line }) => line),
    keepManifest(repository: string, tag: string, document: unknown, type: string) {
      const bytes = Buffer.from(JSON.stringify(document))
      manifests.set(`${repository}/${tag}`, { bytes, type }).set(`${repository}/${sha256(bytes)}`, { bytes, type })
      return { digest: sha256(bytes), size: bytes.length, mediaType: type }
    },
    keepBlob(repository: string, bytes: Buffer, mediaType: string) {
      blobs.set(`${repository}/${sha256(bytes)}`, bytes)
      return { digest: sha256(bytes), size: bytes.length, mediaType }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

const cut = (chunks: readonly Buffer[], bytes: number): Buffer => Buffer.concat(chunks).subarray(0, bytes)

/** A clock that never waits and tells what it was asked to. */
export function instantClock(): Clock & { slept: number[]; time: number } {
  const clock = {
    time: Date.parse("2030-01-01T00:00:00Z"),
    slept: [] as number[],
    now: () => clock.time,
    async sleep(ms: number) {
      clock.slept.push(ms)
      clock.time += ms
    },
  }
  return clock
}

/** Registries for a test: an instant clock, and these credentials for all. */
export const testRegistries = (options: RegistriesOptions & { as?: Credentials } = {}): Registries =>
  new Registries({ clock: instantClock(), credentials: async () => options.as, ...options })
