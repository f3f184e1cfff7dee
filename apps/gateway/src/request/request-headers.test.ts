import fc from "fast-check"
import { expect, test } from "vitest"
import { type Address, addressOf } from "../table/address.ts"
import type { Destination } from "../table/destination.ts"
import { requestHeaders } from "./request-headers.ts"

const address: Address = addressOf({} as Destination, {
  host: "api.shop.localhost",
  port: 8443,
  authority: "api.shop.localhost:8443",
})
const forward = (raw: readonly string[], remoteAddress = "127.0.0.1", streamed = false) =>
  requestHeaders({ raw, address, remoteAddress, streamed })

const pairs = (headers: readonly string[]): [string, string][] =>
  Array.from({ length: headers.length / 2 }, (_, index) => [headers[2 * index] ?? "", headers[2 * index + 1] ?? ""])

const valuesOf = (headers: readonly string[], name: string) =>
  pairs(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []))

const ANY_CASE = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) => [...name].map((character, index) => (upper[index] ? character.toUpperCase() : character)).join(""))

const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]
const REPLACED = ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port"]
const OURS = new Set(["host", ...REPLACED])

const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
const endToEnd = token.filter(
  (name) =>
    ![...HOP_BY_HOP, ...REPLACED, "host", "cookie", "expect", "http2-settings", "proxy-authorization"].includes(name) &&
    !name.startsWith("x-forwarded-"),
)
const value = fc.stringMatching(/^[!-~]{0,30}$/)

test("drops forged forwarding headers with underscores as well", () => {
  const { headers } = forward(["x_forwarded_for", "7.7.7.7", "X-Forwarded_Host", "evil.example"])
  expect(valuesOf(headers, "x_forwarded_for")).toEqual([])
  expect(valuesOf(headers, "x-forwarded_host")).toEqual([])
})

test("whatever their spelling, hop-by-hop headers go no further: it drops them", () => {
  fc.assert(
    fc.property(fc.constantFrom(...HOP_BY_HOP).chain(ANY_CASE), value, (name, text) => {
      const { headers } = forward([name, text])
      expect(valuesOf(headers, name.toLowerCase())).toEqual([])
    }),
  )
})

test("whatever Connection lists is dropped with it", () => {
  fc.assert(
    fc.property(fc.uniqueArray(endToEnd, { minLength: 1, maxLength: 5 }), value, (names, text) => {
      const listed = names.filter((name) => name !== "content-length")
      const raw = [...listed.flatMap((name) => [name.toUpperCase(), text]), "Connection", listed.join(" , ")]
      expect(pairs(forward(raw).headers).filter(([name]) => !OURS.has(name))).toEqual([])
    }),
  )
})

test("all other headers pass in their order, spelling and number", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(endToEnd.chain(ANY_CASE), value), { maxLength: 12 }), (given) => {
      const passed = pairs(forward(given.flat()).headers).filter(([name]) => !OURS.has(name))
      expect(passed).toEqual(given)
    }),
  )
})

test("whatever the client says of forwarding, it is replaced by what the gateway saw", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...REPLACED).chain(ANY_CASE), value)), (given) => {
      const { headers } = forward([...given.flat(), "X-Forwarded-Prefix", "/admin"])
      expect(valuesOf(headers, "x-forwarded-for")).toEqual(["127.0.0.1"])
      expect(valuesOf(headers, "x-forwarded-proto")).toEqual(["https"])
      expect(valuesOf(headers, "x-forwarded-host")).toEqual(["api.shop.localhost:8443"])
      expect(valuesOf(headers, "x-forwarded-port")).toEqual(["8443"])
      expect(valuesOf(headers, "forwarded")).toEqual(['for=127.0.0.1;host="api.shop.localhost:8443";proto=https'])
      expect(valuesOf(headers, "x-forwarded-prefix")).toEqual([])
    }),
  )
})

test("Connection cannot take away what the gateway sets: it still sends host and forwarding", () => {
  const { headers } = forward(["Connection", "host, x-forwarded-for, content-length", "Content-Length", "3"])
  expect(valuesOf(headers, "host")).toEqual(["api.shop.localhost:8443"])
  expect(valuesOf(headers, "x-forwarded-for")).toEqual(["127.0.0.1"])
  expect(valuesOf(headers, "content-length")).toEqual(["3"])
})

test("an IPv6 client is quoted in Forwarded", () => {
  expect(valuesOf(forward([], "::1").headers, "forwarded")).toEqual([
    'for="[::1]";host="api.shop.localhost:8443";proto=https',
  ])
})

test.each([
  [["Content-Length", "0"], false],
  [["Content-Length", "12"], true],
  [["Transfer-Encoding", "chunked"], true],
  [[], false],
])("%j announces a body: %s", (raw, body) => {
  expect(forward(raw).body).toBe(body)
})
