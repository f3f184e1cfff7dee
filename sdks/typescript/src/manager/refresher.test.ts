import { describe, expect, test } from "vitest"
import { ManualClock } from "../testing/manual-clock.ts"
import type { Answer } from "./ask.ts"
import type { Info } from "./info.ts"
import { Refresher } from "./refresher.ts"

const info = (name: string): Info =>
  new Map([[name, { id: name, service: "worker" as const, declared: [], endpoints: {} }]])
const told = (name: string): Answer => ({ type: "told", info: info(name) })
const failed = (retryAfterMs = 0): Answer => ({ type: "failed", retryAfterMs })

/** Answers in turn; the last one for ever. `asked`: when, in milliseconds. */
function setup(answers: (Answer | Promise<Answer>)[], random = 0) {
  const clock = new ManualClock()
  const asked: number[] = []
  const refused: number[] = []
  const refresher = new Refresher({
    async ask() {
      asked.push(clock.now())
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? failed()
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
  test("asks nothing before anybody calls", async () => {
    const { clock, asked } = setup([told("a")])
    await clock.advance(1_000_000)
    expect(asked).toEqual([])
  })

  test("waits for the first answer", async () => {
    const { names, asked, clock } = setup([told("a")])
    expect(await names()).toEqual(["a"])
    expect(asked).toEqual([0])
    expect(clock.waiting).toEqual([{ left: 30_000, background: true }])
  })

  test("waits 500 ms and no longer, and that once for all calls", async () => {
    const { names, clock, asked } = setup([never])
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

  test("gives the answer that came late to the calls after it", async () => {
    const late = Promise.withResolvers<Answer>()
    const { names, clock } = setup([late.promise])
    const first = names()
    await clock.advance(500)
    expect(await first).toEqual([])
    late.resolve(told("a"))
    await clock.advance(0)
    expect(await names()).toEqual(["a"])
  })
})

describe("refreshing: it", () => {
  test("asks every 30 s while it is used, and calls between cost nothing", async () => {
    const run = setup([told("a"), told("b")])
    expect(await run.names()).toEqual(["a"])
    await use(run, 90)
    expect(run.asked).toEqual([0, 30_000, 60_000, 90_000])
    expect(await run.names()).toEqual(["b"])
  })

  test("adds up to a tenth by chance", async () => {
    const run = setup([told("a")], 0.5)
    await run.names()
    await use(run, 70)
    expect(run.asked).toEqual([0, 31_500, 63_000])
  })

  test("stops five minutes after the last call, and the next call starts it without waiting", async () => {
    const run = setup([told("a"), ...Array(10).fill(told("b")), never])
    await run.names()
    await run.clock.advance(3_600_000)
    expect(run.asked).toHaveLength(11)
    expect(run.asked.at(-1)).toBe(300_000)
    expect(run.clock.waiting).toEqual([])
    expect(await run.names()).toEqual(["b"])
    expect(run.asked.at(-1)).toBe(3_600_000)
  })
})

describe("a manager that is away: it", () => {
  test("is asked at 30 s, then ever more rarely, at last every five minutes", async () => {
    const run = setup([failed()])
    expect(await run.names()).toEqual([])
    await use(run, 1_400)
    expect(run.asked.map((at) => at / 1000)).toEqual([0, 30, 90, 210, 450, 750, 1050, 1350])
  })

  test("leaves what it told last, and is asked as usual once it is back", async () => {
    const run = setup([told("a"), failed(), failed(), told("b")])
    await run.names()
    await use(run, 60)
    expect(await run.names()).toEqual(["a"])
    await use(run, 90)
    expect(await run.names()).toEqual(["b"])
    expect(run.asked).toEqual([0, 30_000, 60_000, 120_000, 150_000])
  })

  test("is not asked before the time that it asked for", async () => {
    const run = setup([failed(120_000), told("a")])
    await run.names()
    await use(run, 150)
    expect(run.asked).toEqual([0, 120_000, 150_000])
  })

  test("is not asked before that time by a call after a pause either", async () => {
    const run = setup([told("a"), failed(900_000), told("b")])
    await run.names()
    await run.clock.advance(800_000)
    await run.names()
    expect(run.asked).toEqual([0, 30_000])
    await use(run, 130)
    expect(run.asked).toEqual([0, 30_000, 930_000])
  })
})

describe("a manager that refuses: it", () => {
  test("is never asked again, says so once, and keeps what was told", async () => {
    const run = setup([told("a"), { type: "refused", status: 403 }, told("b")])
    await run.names()
    await use(run, 1_000)
    expect(run.asked).toEqual([0, 30_000])
    expect(run.refused).toEqual([403])
    expect(await run.names()).toEqual(["a"])
    expect(run.clock.waiting).toEqual([])
  })
})
