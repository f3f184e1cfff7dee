import { describe, expect, test } from "vitest"
import { ManualClock } from "../testing/manual-clock.ts"
import type { Answer } from "./ask.ts"
import type { Info } from "./info.ts"
import { Refresher } from "./refresher.ts"

const info = (name: string): Info =>
  new Map([[name, { id: name, service: "worker" as const, declared: [], endpoints: {} }]])
const told = (name: string): Answer => ({ type: "told", info: info(name) })

/** `asked`: when, in milliseconds. */
function setup(answer: Answer | Promise<Answer>, random = 0) {
  const clock = new ManualClock()
  const asked: number[] = []
  const refused: number[] = []
  const refresher = new Refresher({
    async ask() {
      asked.push(clock.now())
      return answer
    },
    clock,
    random: () => random,
    onRefused: (status) => refused.push(status),
  })
  const names = async () => [...((await refresher.latest())?.keys() ?? [])]
  return { clock, asked, refused, names, refresher }
}
/** Lets time pass while somebody calls every ten seconds. */
async function use({ clock, refresher }: ReturnType<typeof setup>, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 10) {
    await clock.advance(10_000)
    await refresher.latest()
  }
}
const never = new Promise<Answer>(() => undefined)

describe("the first call: it", () => {
  test("waits for the first answer", async () => {
    const { names, asked, clock } = setup(told("a"))
    expect(await names()).toEqual(["a"])
    expect(asked).toEqual([0])
    expect(clock.waiting).toEqual([{ left: 30_000, background: true }])
  })

  test("waits 500 ms and no longer, and that once for all calls", async () => {
    const { names, clock, asked } = setup(never)
    let answered = 0
    const calls = [names(), names()].map(async (call) => {
      expect(await call).toEqual([])
      answered += 1
    })
    await clock.advance(499)
    expect(answered).toBe(0)
    await clock.advance(1)
    await Promise.all(calls)
    expect(await names()).toEqual([])
    expect(asked).toEqual([0])
  })
})

describe("refreshing: it", () => {
  test("adds up to a tenth by chance", async () => {
    const run = setup(told("a"), 0.5)
    await run.names()
    await use(run, 70)
    expect(run.asked).toEqual([0, 31_500, 63_000])
  })

  test("leaves no timer behind when nobody calls any more", async () => {
    const { names, clock } = setup(told("a"))
    await names()
    await clock.advance(3_600_000)
    expect(clock.waiting).toEqual([])
  })
})

describe("a manager that refuses: it", () => {
  test("leaves no timer behind", async () => {
    const { names, clock, refused } = setup({ type: "refused", status: 403 })
    expect(await names()).toEqual([])
    expect(refused).toEqual([403])
    expect(clock.waiting).toEqual([])
  })
})
