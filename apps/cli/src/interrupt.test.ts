import { expect, test } from "vitest"
import { InterruptHandler } from "./interrupt.ts"

const setUp = () => {
  let now = 1000
  const left: number[] = []
  const presses = new InterruptHandler(
    () => now,
    () => left.push(now),
  )
  return { presses, left, pass: (ms: number) => (now += ms) }
}

test("the first press aborts and does not leave", () => {
  const { presses, left } = setUp()
  presses.press()
  expect(presses.signal.aborted).toBe(true)
  expect(left).toEqual([])
})

test("the second press leaves", () => {
  const { presses, left, pass } = setUp()
  presses.press()
  pass(400)
  presses.press()
  expect(left).toHaveLength(1)
})

test("the echo of a press through the launcher is the same press", () => {
  const { presses, left, pass } = setUp()
  presses.press()
  pass(3)
  presses.press()
  expect(left).toEqual([])
})
