import { once } from "node:events"
import { createServer } from "node:http"
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { get, serving } from "./serve.fixture.ts"

const SHORT = "unpacked"
const LONG = Array.from({ length: 10_000 }, (_, line) => `line ${line} of ${line ** 3}\n`).join("")

const ENCODERS: Record<string, (text: string) => Buffer<ArrayBuffer>> = {
  gzip: (text) => gzipSync(text),
  "x-gzip": (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
  br: (text) => brotliCompressSync(text),
  zstd: (text) => zstdCompressSync(text),
}
const made = new Map<string, Buffer<ArrayBuffer>>()

function encoded(coding: string, text: string): Buffer<ArrayBuffer> {
  const key = `${coding} ${text.length}`
  const bytes = made.get(key) ?? ENCODERS[coding]?.(text) ?? Buffer.from(text)
  made.set(key, bytes)
  return bytes
}

/** Every way in which a handler may hand on what fetch answered. */
const WAYS: [string, (r: Response) => Response | Promise<Response>][] = [
  ["itself", (r) => r],
  ["its body with it as the init", (r) => new Response(r.body, r)],
  [
    "its body with copied headers",
    (r) => {
      const headers = new Headers(r.headers)
      headers.set("x-a", "1")
      return new Response(r.body, { status: r.status, headers })
    },
  ],
  ["its body with headers as an object", (r) => new Response(r.body, { headers: Object.fromEntries(r.headers) })],
  ["its bytes", async (r) => new Response(await r.arrayBuffer(), r)],
  ["its text", async (r) => new Response(await r.text(), r)],
  ["its blob", async (r) => new Response(await r.blob(), r)],
  ["a clone", (r) => r.clone()],
  ["a clone's body", (r) => new Response(r.clone().body, r)],
  ["half of a tee", (r) => new Response(r.body?.tee()[0], r)],
  ["its body through a transform", (r) => new Response(r.body?.pipeThrough(new TransformStream()), r)],
]

const origin = createServer((request, response) => {
  const [, coding = "", size] = request.url?.split("/") ?? []
  const body = encoded(coding, size === "long" ? LONG : SHORT)
  const headers = { "content-encoding": coding, "content-length": body.length, etag: `"1"`, vary: "accept-encoding" }
  response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : body)
})
let upstream = ""
beforeAll(async () => {
  await once(origin.listen(0, "127.0.0.1"), "listening")
  const address = origin.address()
  upstream = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
})
afterAll(() => {
  origin.close()
  origin.closeAllConnections()
})

describe("a body that fetch decoded: it", () => {
  describe.each(Object.keys(ENCODERS))("with %s", (coding) => {
    test.each(WAYS)("goes out as it is when a handler returns %s", async (_way, handOn) => {
      await using server = await serving(async (request) =>
        handOn(await fetch(`${upstream}/${coding}${new URL(request.url).pathname}`)),
      )
      for (const [path, text] of [
        ["/short", SHORT],
        ["/long", LONG],
      ] as const) {
        const response = await fetch(`${server.origin}${path}`)
        expect(await response.text()).toBe(text)
        expect(response.headers.get("content-encoding")).toBeNull()
        expect([null, String(text.length)]).toContain(response.headers.get("content-length"))
        expect([response.headers.get("etag"), response.headers.get("vary")]).toEqual([`"1"`, "accept-encoding"])
      }
      expect(server.failures).toEqual([])
    })
  })

  test("has no fields of the encoded one when HEAD is handed on", async () => {
    await using server = await serving((request) => fetch(`${upstream}/gzip/long`, { method: request.method }))
    const response = await fetch(server.origin, { method: "HEAD" })
    expect([response.headers.get("content-encoding"), response.headers.get("content-length")]).toEqual([null, null])
    expect(response.headers.get("etag")).toBe(`"1"`)
  })

  test("is left alone where fetch could not decode it", async () => {
    await using server = await serving(async () => {
      const r = await fetch(`${upstream}/compress/short`)
      return new Response(r.body, r)
    })
    expect(await server.raw(get("/", "Host: a"))).toMatch(/content-encoding: compress\r\n.*\r\n\r\nunpacked$/s)
  })
})

const stream = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(resolve))
      const chunk = chunks.shift()
      if (chunk) controller.enqueue(chunk)
      else controller.close()
    },
  })

describe("a body that a handler encoded itself: it", () => {
  describe.each(Object.keys(ENCODERS))("with %s", (coding) => {
    test.each<[string, (bytes: Buffer<ArrayBuffer>) => ReadableStream | Buffer<ArrayBuffer>]>([
      ["whole", (bytes) => bytes],
      ["streamed", (bytes) => stream(bytes.subarray(0, 40), bytes.subarray(40))],
      [
        "streamed byte by byte",
        (bytes) => stream(...Array.from(bytes.subarray(0, 12), (byte) => Uint8Array.of(byte)), bytes.subarray(12)),
      ],
    ])("stays as it is, %s", async (_how, body) => {
      for (const text of [SHORT, LONG]) {
        const bytes = encoded(coding, text)
        await using server = await serving(
          async () =>
            new Response(body(bytes), { headers: { "content-encoding": coding, "content-length": `${bytes.length}` } }),
        )
        const response = await fetch(server.origin)
        expect(response.headers.get("content-encoding")).toBe(coding)
        expect(response.headers.get("content-length")).toBe(`${bytes.length}`)
        expect(await response.text()).toBe(text)
      }
    })
  })

  test.each([
    ["deflate without its header", "deflate", deflateRawSync(LONG)],
    ["several codings", "gzip, br", brotliCompressSync(gzipSync(LONG))],
    ["a coding and identity", "gzip, identity", gzipSync(LONG)],
  ])("stays as it is: %s", async (_what, coding, bytes) => {
    await using server = await serving(async () => new Response(bytes, { headers: { "content-encoding": coding } }))
    const answer = await server.raw(get("/", "Host: a"))
    expect(answer).toContain(`content-encoding: ${coding}\r\n`)
    expect(answer.endsWith(bytes.toString("latin1"))).toBe(true)
  })

  test("stays as it is when it comes from a stream that compresses", async () => {
    await using server = await serving(
      async () =>
        new Response(new Blob([LONG]).stream().pipeThrough(new CompressionStream("gzip")), {
          headers: { "content-encoding": "gzip" },
        }),
    )
    const response = await fetch(server.origin)
    expect(response.headers.get("content-encoding")).toBe("gzip")
    expect(await response.text()).toBe(LONG)
  })

  test("is not delayed: the first event is there before the second exists", async () => {
    const gzip = createGzip()
    await using server = await serving(async () => {
      gzip.write("data: 1\n\n")
      gzip.flush()
      const chunks = gzip.iterator()
      const body = new ReadableStream({
        async pull(controller) {
          const { done, value } = await chunks.next()
          if (done) controller.close()
          else controller.enqueue(new Uint8Array(value))
        },
      })
      return new Response(body, { headers: { "content-encoding": "gzip" } })
    })
    const reader = (await fetch(server.origin)).body?.pipeThrough(new TextDecoderStream()).getReader()
    expect(await reader?.read()).toMatchObject({ value: "data: 1\n\n" })
    gzip.end("data: 2\n\n")
    expect(await reader?.read()).toMatchObject({ value: "data: 2\n\n" })
  })

  test.each([
    ["from the middle of an encoded file", "bytes 100-199/1000", "gzip"],
    ["from the beginning of one that is not", "bytes 0-99/1000", undefined],
  ])("is judged in a part %s", async (_what, range, coding) => {
    const headers = { "content-encoding": "gzip", "content-range": range }
    await using server = await serving(async () => new Response("x".repeat(100), { status: 206, headers }))
    const answer = await server.raw(get("/", "Host: a"))
    expect(/content-encoding: (.*)\r/.exec(answer)?.[1]).toBe(coding)
  })
})

describe("a coding that is not on the body: it", () => {
  test.each(["gzip", "deflate", "br", "zstd", "gzip, br"])("is not named: %s", async (coding) => {
    for (const text of ["", "ok", "[]", "body{margin:0}", "{}", LONG]) {
      const headers = { "content-encoding": coding, "content-length": "7" }
      await using server = await serving(async () => new Response(text, { headers }))
      const answer = await server.raw(get("/", "Host: a"))
      expect(answer).not.toContain("content-encoding")
      expect(answer).toContain(`content-length: ${text.length}\r\n`)
      expect(answer.endsWith(`\r\n\r\n${text}`)).toBe(true)
    }
  })

  test.each(["gzip", "deflate", "br", "zstd"])("is not named over a file that is no text: %s", async (coding) => {
    const image = Buffer.from("89504e470d0a1a0a0000000d4948445200000010000000100806000000", "hex")
    await using server = await serving(async () => new Response(image, { headers: { "content-encoding": coding } }))
    expect(await server.raw(get("/", "Host: a"))).not.toContain("content-encoding")
  })

  test("is not named in the answer to HEAD either, as far as the body shows", async () => {
    const bodies: [ConstructorParameters<typeof Response>[0], string, string | undefined][] = [
      ["text", "4", undefined],
      [gzipSync("text"), `${gzipSync("text").length}`, "gzip"],
      [null, "7", "gzip"],
      [new ReadableStream(), "", undefined],
    ]
    for (const [body, length, coding] of bodies) {
      const headers = { "content-encoding": "gzip", "content-length": "7" }
      await using server = await serving(async () => new Response(body, { headers }))
      const answer = await server.raw("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      expect(/content-encoding: (.*)\r/.exec(answer)?.[1]).toBe(coding)
      expect(/content-length: (.*)\r/.exec(answer)?.[1] ?? "").toBe(length)
    }
  })
})
