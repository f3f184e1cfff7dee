import { expect, test } from "vitest"
import { DEFAULT_LIMITS } from "./limits.ts"
import { Pace } from "./pace.ts"

const limits = { ...DEFAULT_LIMITS, minBodyBytes: 100, bodyWindowMs: 60_000, readerTimeoutMs: 120_000 }

function watched() {
  let now = 0
  const pace = new Pace(limits, () => now)
  pace.close()
  const told: string[] = []
  const request = {
    ...{ awaitsBody: false, bodyBytes: 0, awaitsReader: false, taken: 0 },
    bodyTooSlow: () => told.push("body"),
    readerTooSlow: () => told.push("reader"),
  }
  pace.add(request)
  pace.look()
  const pass = (ms: number) => {
    now += ms
    pace.look()
  }
  return { pace, request, told, pass }
}

test("a body that trickles is too slow after a window: a byte now and then does not help it", () => {
  const { request, told, pass } = watched()
  request.awaitsBody = true
  for (let second = 0; second < 59; second++) {
    request.bodyBytes++
    pass(1000)
  }
  expect(told).toEqual([])
  pass(1000)
  expect(told).toEqual(["body"])
})

test("a body that comes fast enough may take as long as it likes", () => {
  const { request, told, pass } = watched()
  request.awaitsBody = true
  for (let second = 0; second < 3600; second++) {
    request.bodyBytes += 2
    pass(1000)
  }
  expect(told).toEqual([])
})

test("a body that the app does not take is not its client's fault: it waits without end", () => {
  const { request, told, pass } = watched()
  for (let minute = 0; minute < 60; minute++) pass(60_000)
  request.awaitsBody = true
  pass(59_000)
  expect(told).toEqual([])
})

test("a reader that takes nothing is too slow after its timeout, one that takes a little is not", () => {
  const { request, told, pass } = watched()
  request.awaitsReader = true
  for (let minute = 0; minute < 10; minute++) {
    request.taken++
    pass(60_000)
  }
  pass(119_000)
  expect(told).toEqual([])
  pass(1000)
  expect(told).toEqual(["reader"])
})

test("what is over is not looked at any more", () => {
  const { pace, request, told, pass } = watched()
  request.awaitsReader = true
  pace.delete(request)
  pass(1_000_000)
  expect(told).toEqual([])
})
