import { describe, expect, test } from "vitest"
import { frames, frameTypes } from "../testing/http2-frames.ts"
import { openRawHttp2, type RawHttp2 } from "../testing/raw-http2.ts"
import { openTestGateway } from "../testing/test-gateway.ts"

const { DATA, RST_STREAM, GOAWAY } = frameTypes
const [NO_ERROR, PROTOCOL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED] = [0, 1, 3, 5]
const [COMPRESSION_ERROR, ENHANCE_YOUR_CALM] = [9, 11]
const HOST = "api.shop.localhost"

type Fields = [string, string][]
const fields = (method: string, path: string, ...more: Fields): Fields => [
  [":method", method],
  [":scheme", "https"],
  [":authority", HOST],
  [":path", path],
  ...more,
]
const get = (stream: number, ...more: Fields) => frames.request(stream, fields("GET", "/", ...more))
const post = (stream: number, ...more: Fields) => frames.headers(stream, fields("POST", "/", ...more))

/** A request that waits for its answer, beside which others go wrong. */
async function besideAnother(run: (client: RawHttp2, answer: () => void) => Promise<void>): Promise<void> {
  await using gateway = await openTestGateway()
  const held = Promise.withResolvers<() => void>()
  await gateway.app((request, response) => {
    request.on("error", () => {})
    if (request.url === "/held") held.resolve(() => response.end("held"))
    else request.resume().on("end", () => response.end("answer"))
  })
  using client = await openRawHttp2(gateway, HOST)
  client.send(frames.request(1, fields("GET", "/held")))
  await run(client, await held.promise)
}

const textOf = (client: RawHttp2, stream: number) =>
  Buffer.concat(client.of(DATA, stream).map(({ payload }) => payload)).toString()

/** What became of stream 3: the text of its answer, or the code of its reset. */
const fate = (client: RawHttp2) => textOf(client, 3) || client.of(RST_STREAM, 3)[0]?.payload.readUInt32BE()

const X_LONG: Fields = Array.from({ length: 4 }, (_, index) => [`x-${index}`, "a".repeat(10_000)])
const X_MANY: Fields = Array.from({ length: 2_000 }, (_, index) => [`x-${index}`, "1"])
const X_BEYOND: Fields = Array.from({ length: 4 }, (_, index) => [`x-${index}`, "a".repeat(35_000)])

const anAnswer = "answer"
const refusedAs = (code: string) => expect.stringContaining(`"${code}"`)

test.each<[string, number | string | undefined, Buffer[]]>([
  ["content beyond its length", PROTOCOL_ERROR, [post(3, ["content-length", "3"]), frames.data(3, "abcdef")]],
  [
    "content beyond its length at its end",
    PROTOCOL_ERROR,
    [post(3, ["content-length", "3"]), frames.lastData(3, "abcdef")],
  ],
  ["content short of its length", PROTOCOL_ERROR, [post(3, ["content-length", "9"]), frames.lastData(3, "abcdef")]],
  ["a length and no content", PROTOCOL_ERROR, [get(3, ["content-length", "9"])]],
  ["two lengths", PROTOCOL_ERROR, [post(3, ["content-length", "3"], ["content-length", "4"])]],
  ["a length that is no number", PROTOCOL_ERROR, [post(3, ["content-length", "x"])]],
  ["pseudo-headers among its trailers", PROTOCOL_ERROR, [post(3), frames.request(3, [[":path", "/"]])]],
  ["trailers that do not end it", PROTOCOL_ERROR, [post(3), frames.headers(3, [["x", "y"]])]],
  ["a name in upper case", PROTOCOL_ERROR, [get(3, ["X-A", "1"])]],
  ["connection", PROTOCOL_ERROR, [get(3, ["connection", "close"])]],
  ["transfer-encoding", PROTOCOL_ERROR, [get(3, ["transfer-encoding", "chunked"])]],
  ["te other than trailers", PROTOCOL_ERROR, [get(3, ["te", "gzip"])]],
  ["no path", PROTOCOL_ERROR, [frames.request(3, fields("GET", "/").slice(0, 3))]],
  ["an empty path", PROTOCOL_ERROR, [frames.request(3, fields("GET", ""))]],
  ["an absolute path", PROTOCOL_ERROR, [frames.request(3, fields("GET", "https://evil.example/"))]],
  ["a method twice", PROTOCOL_ERROR, [frames.request(3, [[":method", "GET"], ...fields("GET", "/")])]],
  ["an unknown pseudo-header", PROTOCOL_ERROR, [frames.request(3, [[":x", "y"], ...fields("GET", "/")])]],
  ["a pseudo-header behind others", PROTOCOL_ERROR, [frames.request(3, [["x", "y"], ...fields("GET", "/")])]],
  ["a pseudo-header of answers", PROTOCOL_ERROR, [frames.request(3, [[":status", "200"], ...fields("GET", "/")])]],
  ["CONNECT with a path", PROTOCOL_ERROR, [frames.request(3, fields("CONNECT", "/"))]],
  ["headers beyond what is read", ENHANCE_YOUR_CALM, [get(3, ...X_BEYOND)]],
  ["headers over the limit", refusedAs("headers_too_large"), [get(3, ...X_LONG)]],
  [
    "headers over the limit, of an upload",
    refusedAs("headers_too_large"),
    [post(3, ...X_LONG), frames.lastData(3, "abc")],
  ],
  ["too many headers", refusedAs("headers_too_large"), [get(3, ...X_MANY)]],
  [
    "CONNECT",
    refusedAs("connect_not_supported"),
    [
      frames.request(
        3,
        fields("CONNECT", "/")
          .slice(0, 1)
          .concat([[":authority", HOST]]),
      ),
    ],
  ],
  ["another host", refusedAs("request_invalid"), [get(3, ["host", "evil.example"])]],
  ["an unknown expectation", refusedAs("expectation_not_supported"), [post(3, ["expect", "more"])]],
  // What Node leaves out before anybody sees it (`OnInvalidHeader` in src/node_http2.cc), and what nghttp2 ignores.
  ["a control byte in a value", anAnswer, [get(3, ["x", "a\x01b"])]],
  ["a line break in a value", anAnswer, [get(3, ["x", "a\r\nb"])]],
  ["a space in a name", anAnswer, [get(3, ["x y", "1"])]],
  ["a frame of an unknown type", anAnswer, [frames.unknown(3), get(3)]],
  ["a dependency on itself", anAnswer, [frames.priority(3, 3), get(3)]],
  ["frames after its own reset", undefined, [post(3), frames.reset(3, 8), frames.lastData(3, "late")]],
])("a stream with %s is dealt with alone: those beside it and after it are answered", async (_what, expected, sent) => {
  await besideAnother(async (client, answer) => {
    client.send(...sent)
    client.send(get(9))
    await client.until(() => textOf(client, 9) === "answer")
    if (expected !== undefined) await client.until(() => fate(client) !== undefined)
    expect(fate(client)).toEqual(expected)
    answer()
    await client.until(() => textOf(client, 1) === "held")
    expect(client.closed).toBe(false)
  })
})

test("an acknowledgement of a ping that nobody sent is ignored, many are not", async () => {
  await besideAnother(async (client, answer) => {
    client.send(frames.pingAck(), frames.pingAck(), get(3))
    await client.until(() => fate(client) === "answer")
    answer()
    await client.until(() => textOf(client, 1) === "held")
    client.send(...Array.from({ length: 600 }, frames.pingAck))
    await client.until(() => client.closed)
  })
})

describe("nghttp2 itself ends a connection", () => {
  test.each<[string, number, Buffer[]]>([
    ["a window of no bytes more", PROTOCOL_ERROR, [post(3), frames.windowUpdate(3, 0)]],
    ["a window of too many bytes", FLOW_CONTROL_ERROR, [post(3), frames.windowUpdate(3, 2 ** 31 - 1)]],
    [
      "content for a stream that ended",
      STREAM_CLOSED,
      [frames.request(3, fields("GET", "/held")), frames.data(3, "late")],
    ],
    ["content for a stream that never began", PROTOCOL_ERROR, [frames.data(3, "early")]],
    ["more padding than there are bytes", PROTOCOL_ERROR, [post(3), frames.overPaddedData(3)]],
    ["a promise of a client", PROTOCOL_ERROR, [frames.promise(3, 4, fields("GET", "/"))]],
    ["settings acknowledged twice", PROTOCOL_ERROR, [frames.settingsAck()]],
    ["a header of over 64 KiB", COMPRESSION_ERROR, [get(3, ["x", "a".repeat(70_000)])]],
  ])("for %s: it says so, and the connection is closed at once", async (_what, code, sent) => {
    await besideAnother(async (client) => {
      client.send(...sent)
      await client.until(() => client.closed)
      expect(client.of(GOAWAY, 0)[0]?.payload.readUInt32BE(4)).toBe(code)
    })
  })
})

test("a value with spaces around it reaches the app without them", async () => {
  await using gateway = await openTestGateway()
  await gateway.app((request, response) => response.end(JSON.stringify(request.headers["x-spaced"])))
  using client = await openRawHttp2(gateway, HOST)
  client.send(get(3, ["x-spaced", " a b "]))
  await client.until(() => textOf(client, 3) !== "")
  expect(textOf(client, 3)).toBe('"a b"')
})

test("a client that says goodbye gets the answers under way, then the connection ends", async () => {
  await besideAnother(async (client, answer) => {
    client.send(frames.goaway(NO_ERROR))
    answer()
    await client.until(() => client.closed)
    expect(textOf(client, 1)).toBe("held")
  })
})
