import { expect, test } from "vitest"
import { shareWork } from "./share-work.ts"

test("it does one work once at a time, and again when it has ended, well or badly", async () => {
  let runs = 0
  const gate = Promise.withResolvers<void>()
  const work = async () => {
    runs++
    await gate.promise
    if (runs === 1) throw new Error("the first fails")
    return runs
  }
  const both = [shareWork("a", work), shareWork("a", work)]
  gate.resolve()
  expect(await Promise.allSettled(both)).toMatchObject([{ status: "rejected" }, { status: "rejected" }])
  expect(runs).toBe(1)
  expect(await shareWork("a", work)).toBe(2)
})
