import { expect, test } from "vitest"
import { SimulatedClock } from "../clock.ts"
import { MemoryStore } from "../memory-store.ts"
import { Life } from "./life.ts"

const lateness = async (what: Promise<unknown>, clock: SimulatedClock): Promise<"done" | "waits"> =>
  Promise.race([what.then(() => "done" as const), clock.advance(10_000).then(() => "waits" as const)])

test("it wakes by its clock only once it goes on", async () => {
  const clock = new SimulatedClock(0)
  const life = new Life()
  const woken = life.clock(clock).until(1_000)
  life.pause()
  expect(await lateness(woken, clock)).toBe("waits")
  life.resume()
  await woken
  expect(life.wasPaused).toBe(true)
})

test("it holds a write while it is paused, and lets it go afterwards", async () => {
  const clock = new SimulatedClock(0)
  const life = new Life()
  const memory = new MemoryStore()
  const lease = memory.lease("dep_a", 60_000)
  const saved = life.store(memory, () => life.pause()).save(lease, {})
  expect(await lateness(saved, clock)).toBe("waits")
  expect(memory.writes).toBe(0)
  life.resume()
  expect(await lateness(saved, clock)).toBe("waits")
  expect(memory.writes).toBe(1)
  life.resume()
  await saved
})

test("it never goes on once it was killed", async () => {
  const clock = new SimulatedClock(0)
  const life = new Life()
  const waiting = life.clock(clock).until(3_600_000)
  life.kill()
  life.resume()
  expect(await lateness(waiting, clock)).toBe("waits")
  expect(clock.now()).toBe(10_000)
})
