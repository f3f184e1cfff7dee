import { expect, test } from "vitest"
import { sparseSteps } from "./sparse-steps.ts"

/** Steps out of 120 that get a line, each `seconds` after the one before. */
function lines(steps: readonly number[], seconds: number): number[] {
  let time = 0
  const isWorthALine = sparseSteps(() => time)
  return steps.filter((done) => {
    time += seconds * 1000
    return isWorthALine({ resource: "agent", share: done / 120 })
  })
}

test("a build of many crates gets a line per tenth", () => {
  const all = Array.from({ length: 121 }, (_, done) => done)
  expect(lines(all, 0.05)).toEqual([0, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120])
})

test("a step that takes long gets one every ten seconds", () => {
  expect(lines([1, 2, 3, 4, 5, 6, 7], 4)).toEqual([1, 4, 7])
})

test("another resource begins anew", () => {
  const isWorthALine = sparseSteps(() => 0)
  const worth = ["agent", "agent", "edge", "edge"].map((resource) => isWorthALine({ resource, share: 0.5 }))
  expect(worth).toEqual([true, false, true, false])
})
