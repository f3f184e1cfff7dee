import { expect, test } from "vitest"
import { SteppedClock } from "./stepped-clock.ts"

test("it wakes whoever slept until then, and nobody earlier", async () => {
  const clock = new SteppedClock(1_000)
  const woken: string[] = []
  const sleeping = [1_050, 1_200].map((time) => clock.until(time).then(() => woken.push(`${time} at ${clock.now()}`)))
  clock.step(100)
  await sleeping[0]
  expect(woken).toEqual(["1050 at 1100"])
  clock.step(100)
  await sleeping[1]
  expect(woken).toEqual(["1050 at 1100", "1200 at 1200"])
})

test("it ends a sleep that is given up, and none that is over already", async () => {
  const clock = new SteppedClock(1_000)
  await clock.until(1_000)
  const over = new AbortController()
  const sleeping = clock.until(2_000, over.signal)
  over.abort()
  await sleeping
  expect(clock.now()).toBe(1_000)
})
