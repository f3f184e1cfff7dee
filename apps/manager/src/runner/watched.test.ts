import { expect, test } from "vitest"
import { Watched } from "./watched.ts"

test("is watched for half a minute after the last read, and begins anew after that", () => {
  const watched = new Watched()
  expect(watched.has("dep_a", 0)).toBe(false)
  expect(watched.read("dep_a", 0)).toBe(true)
  expect(watched.read("dep_a", 20_000)).toBe(false)
  expect(watched.has("dep_a", 49_999)).toBe(true)
  expect(watched.has("dep_a", 50_000)).toBe(false)
  expect(watched.has("dep_b", 20_000)).toBe(false)
  expect(watched.read("dep_a", 50_000)).toBe(true)
})

test("does not believe a read from before the clock was set back", () => {
  const watched = new Watched()
  watched.read("dep_a", 1_000_000)
  expect(watched.has("dep_a", 500_000)).toBe(false)
  expect(watched.read("dep_a", 500_000)).toBe(true)
})
