import { type Clock, systemClock } from "@alienplatform/engine"
import pino from "pino"
import { expect, test } from "vitest"
import { release, testManager } from "../testing/manager.ts"
import { ClockWatch } from "./clock-watch.ts"

const HOUR = 3_600_000

/** The system's clock, set to another time; sleeps last as long as they did before. */
class AdjustableClock implements Clock {
  offset = 0
  now = () => systemClock.now() + this.offset
  until = (time: number, signal?: AbortSignal) => systemClock.until(time - this.offset, signal)
}

function watched() {
  const lines: { code: string; seconds: number }[] = []
  const clock = { time: 10 * HOUR, now: () => clock.time, until: async () => {} }
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
  return { clock, lines, watch: new ClockWatch(clock, logger) }
}

test("notices a clock that was set back, and says so once", () => {
  const { clock, lines, watch } = watched()
  clock.time -= HOUR
  expect([watch.setBack(), watch.setBack()]).toEqual([true, false])
  expect(lines).toMatchObject([{ code: "clock_jumped", seconds: -3600 }])
})

test("says that the clock went forward, and takes no sleep that was planned for it", () => {
  const { clock, lines, watch } = watched()
  watch.plan(clock.time + HOUR)
  clock.time += HOUR
  expect(watch.setBack()).toBe(false)
  expect(lines).toEqual([])
  clock.time += 24 * HOUR
  expect(watch.setBack()).toBe(false)
  expect(lines).toMatchObject([{ code: "clock_jumped", seconds: 86_400 }])
})

test("takes a small correction for none", () => {
  const { clock, lines, watch } = watched()
  clock.time -= 2_000
  expect([watch.setBack(), lines]).toEqual([false, []])
})

test("looks at everything again when the clock was set back by an hour, and goes on when it went a day forward", async () => {
  const clock = new AdjustableClock()
  await using manager = await testManager({ clock })
  await release(manager)
  const create = async (name: string) =>
    (await manager.send("POST", "/v1/deployments", { name, platform: "test" })).body.deployment.id
  const runs = async (id: string) =>
    manager.until(
      async () => (await manager.send("GET", `/v1/deployments/${id}`)).body.status,
      (status) => status === "running",
    )
  const first = await create("first")
  manager.startRunner()
  await runs(first)
  clock.offset = -HOUR
  const before = manager.cloud.calls.length
  const second = await create("second")
  await runs(second)
  const readsOf = (from: number) =>
    manager.cloud.calls.slice(from).filter((call) => call === "read fake.Program").length
  await manager.until(
    async () => readsOf(before),
    (reads) => reads >= 2,
  )
  clock.offset = 24 * HOUR
  await runs(await create("third"))
  expect((await manager.store.deployments({ limit: 9 })).items.map(({ status }) => status)).toEqual(
    Array(3).fill("running"),
  )
  expect(manager.cloud.objects.size).toBe(6)
})
