import { expect, test } from "vitest"
import { SimulatedClock } from "../clock.ts"
import { MemoryStore } from "../memory-store.ts"
import { SimulatedProcess } from "./simulated-process.ts"

const lateness = async (what: Promise<unknown>, clock: SimulatedClock): Promise<"done" | "waits"> =>
  Promise.race([what.then(() => "done" as const), clock.advance(10_000).then(() => "waits" as const)])

test("it wakes by its clock only once it goes on", async () => {
  const clock = new SimulatedClock(0)
  const simulated = new SimulatedProcess()
  const woken = simulated.clock(clock).until(1_000)
  simulated.pause()
  expect(await lateness(woken, clock)).toBe("waits")
  simulated.resume()
  await woken
  expect(simulated.wasPaused).toBe(true)
})

test("it holds a write while it is paused, and lets it go afterwards", async () => {
  const clock = new SimulatedClock(0)
  const simulated = new SimulatedProcess()
  const memory = new MemoryStore()
  const lease = memory.lease("dep_a", 60_000)
  const saved = simulated.store(memory, () => simulated.pause()).save(lease, {})
  expect(await lateness(saved, clock)).toBe("waits")
  expect(memory.writes).toBe(0)
  simulated.resume()
  expect(await lateness(saved, clock)).toBe("waits")
  expect(memory.writes).toBe(1)
  simulated.resume()
  await saved
})

test("it never goes on once it was killed", async () => {
  const clock = new SimulatedClock(0)
  const simulated = new SimulatedProcess()
  const waiting = simulated.clock(clock).until(3_600_000)
  simulated.kill()
  simulated.resume()
  expect(await lateness(waiting, clock)).toBe("waits")
  expect(clock.now()).toBe(10_000)
})
