import fc from "fast-check"
import { expect, test } from "vitest"
import { ContinueFilter } from "./continue-filter.ts"

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nHTTP/1.1 100 Continue"
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n"
const HINTS = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\nlink: </b>\r\n\r\n"

/** What is left of the bytes, and how often somebody was told to continue. */
function pass(chunks: readonly string[]): { left: string; told: number; started: boolean; active: boolean } {
  const filter = new ContinueFilter()
  let told = 0
  let started = false
  filter.expect({
    onResponseStarted: () => {
      started = true
    },
    onHeaders: (status) => {
      if (status === 100) told++
      return true
    },
  })
  let left = ""
  for (const chunk of chunks)
    left += filter.active ? filter.take(Buffer.from(chunk, "latin1")).toString("latin1") : chunk
  left += filter.end()?.toString("latin1") ?? ""
  return { left, told, started, active: filter.active }
}

/** The text in pieces that are cut at these places. */
const pieces = (text: string, cuts: readonly number[]): string[] => {
  const places = [0, ...[...new Set(cuts)].filter((cut) => cut < text.length).sort((a, b) => a - b), text.length]
  return places.slice(1).map((end, index) => text.slice(places[index], end))
}

test.each([
  ["an answer", ANSWER, ANSWER, 0],
  ["continue before it", CONTINUE + ANSWER, ANSWER, 1],
  ["continue with fields", `HTTP/1.1 100\r\nx-a: 1\r\n\r\n${ANSWER}`, ANSWER, 1],
  ["continue twice", CONTINUE + CONTINUE + ANSWER, ANSWER, 2],
  ["hints before it", HINTS + ANSWER, HINTS + ANSWER, 0],
  ["continue among hints", HINTS + CONTINUE + HINTS + ANSWER, HINTS + HINTS + ANSWER, 1],
  ["another protocol", "HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", undefined, 0],
  ["what is no HTTP", "220 mail.example\r\n\r\n", undefined, 0],
  ["a bare line feed", `HTTP/1.1 100 Continue\n\n${ANSWER}`, undefined, 0],
  ["an end within it", "HTTP/1.1 100 Cont", undefined, 0],
])("of %s, however it is cut, it takes the continue and nothing else", (_what, text, left = text, told) => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 8 }), (cuts) => {
      expect(pass(pieces(text, cuts))).toMatchObject({ left, told })
    }),
  )
})

test("what it holds back counts as an answer that began", () => {
  expect(pass(["HTTP/1.1 1"]).started).toBe(true)
})

test("it looks no further than the head of the answer", () => {
  expect(pass([ANSWER]).active).toBe(false)
})

test("a head that never ends is let through: undici refuses it", () => {
  const endless = `HTTP/1.1 100 Continue\r\nx-a: ${"a".repeat(70_000)}`
  expect(pass([endless])).toMatchObject({ left: endless, active: false })
})
