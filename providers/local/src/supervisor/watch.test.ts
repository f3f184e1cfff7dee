import { expect, test } from "vitest"
import type { SupervisorHealth } from "./protocol.ts"
import { watchSupervisor } from "./watch.ts"

test("it tells when the supervisor goes, when another one comes, and when processes begin or cease to tell of errors or to exit again and again", async () => {
  const health = { pid: 1, protocol: 1, processes: 2, troubled: 0, looping: 0 } as const
  const answers: (SupervisorHealth | Error)[] = [
    ...[health, health, { ...health, troubled: 1 }, { ...health, troubled: 1 }, { ...health, processes: 3 }],
    ...[{ ...health, looping: 1 }, { ...health, looping: 1 }, health],
    ...[new Error("gone"), { ...health, pid: 2 }, { ...health, pid: 2 }],
  ]
  const told: number[] = []
  let looks = 0
  const over = Promise.withResolvers<void>()
  const stop = watchSupervisor({
    supervisor: {
      async health() {
        const answer = answers[looks++]
        if (answer === undefined) {
          over.resolve()
          return new Promise(() => {})
        }
        if (answer instanceof Error) throw answer
        return answer
      },
    },
    clock: { now: () => 0, until: async () => {} },
    changed: () => told.push(looks),
  })
  await over.promise
  stop()
  expect(told).toEqual([3, 5, 6, 8, 9, 10])
})
