import assert from "node:assert/strict"
import { MemoryCloud, type MemoryContext, Role } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import { SimulatedClock } from "../clock.ts"
import { type AskServing, checkServing } from "./serving.ts"

type Ask = AskServing<{ policy: string[] }, { id: string }, MemoryContext>

const check = (serves: Ask) =>
  checkServing(Role, {
    open: () => {
      const clock = new SimulatedClock()
      return { context: { cloud: new MemoryCloud(clock) }, clock }
    },
    given: () => ({ policy: ["read"] }),
    serves,
  })

test("it passes what serves as long as it is there", async () => {
  const asked: unknown[] = []
  await check(async ({ id, props, context }) => {
    asked.push(props)
    assert.ok(context.cloud.existing(id))
  })
  expect(asked).toEqual([{ policy: ["read"] }, { policy: ["read"] }])
})

test("it finds a type whose object is there and that nobody serves", async () => {
  const nobody: Ask = async () => assert.fail("no answer")
  await expect(check(nobody)).rejects.toThrow("no answer")
})

test("it finds what still serves once its object is gone", async () => {
  await expect(check(async () => {})).rejects.toThrow("it still serves after it was destroyed")
})
