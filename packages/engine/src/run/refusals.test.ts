import { type BuildGraph, refusal, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const Thing = tiny("thing")
const one =
  (type: TinyType, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { size })

/** Refuses every call of a verb until it is allowed again, and notes when it was asked. */
class Refusing {
  readonly times: number[] = []
  readonly deployment = new TinyDeployment([Thing])
  readonly #verb: string
  readonly #error: () => Error
  allowed = false

  constructor(verb: string, error: () => Error) {
    this.#verb = verb
    this.#error = error
  }

  readonly trouble = {
    before: ({ verb }: { verb: string }) => {
      if (verb !== this.#verb || this.allowed) return
      this.times.push(this.deployment.clock.now())
      throw this.#error()
    },
  }

  /** Processes one after the other, as they are due, for so long. */
  async during(ms: number, build: BuildGraph): Promise<void> {
    const end = this.deployment.clock.now() + ms
    while (this.deployment.clock.now() < end) {
      const { dueAt } = await this.deployment.run(build, { trouble: this.trouble })
      await this.deployment.clock.advance(Math.max(0, Math.min(dueAt ?? end, end) - this.deployment.clock.now()))
    }
  }

  /** Minutes between the calls. */
  get gaps(): number[] {
    return this.times.slice(1).map((time, index) => Math.round((time - (this.times[index] ?? 0)) / MINUTE))
  }
}

const verbs = ["create", "update", "delete"] as const

/** What makes the verb be called once an object of size 1 is there. */
const desired: Record<(typeof verbs)[number], BuildGraph> = { create: one(Thing), update: one(Thing, 2), delete: null }

const opened = async (verb: (typeof verbs)[number], error: () => Error): Promise<Refusing> => {
  const refusing = new Refusing(verb, error)
  if (verb !== "create") await refusing.deployment.converge(one(Thing))
  return refusing
}

describe.each(["denied", "quota", "image_unavailable"] as const)("a call that is refused as %s", (code) => {
  const error = () => refusal(code, "not for you")

  test.each(verbs)("is made again about every ten minutes: %s", async (verb) => {
    const refusing = await opened(verb, error)
    await refusing.during(5 * HOUR, desired[verb])
    expect(refusing.times.length).toBeGreaterThan(20)
    for (const gap of refusing.gaps) expect(gap).toBeGreaterThanOrEqual(10)
    for (const gap of refusing.gaps) expect(gap).toBeLessThanOrEqual(13)
    expect(await refusing.deployment.row("api/thing")).toMatchObject({
      state: { status: "parked", why: { code, on: "person" } },
    })
  })

  test.each(verbs)("is not made by runs that come in between: %s", async (verb) => {
    const refusing = await opened(verb, error)
    for (let minute = 0; minute < 10; minute += 1) {
      await refusing.deployment.run(desired[verb], { trouble: refusing.trouble })
      await refusing.deployment.clock.advance(MINUTE)
    }
    expect(refusing.times).toHaveLength(1)
  })

  test.each(verbs)("goes through by itself once somebody has acted: %s", async (verb) => {
    const refusing = await opened(verb, error)
    await refusing.during(HOUR, desired[verb])
    refusing.allowed = true
    await refusing.during(15 * MINUTE, desired[verb])
    expect(refusing.deployment.objects("thing").map(({ props }) => props.size)).toEqual(
      { create: [1], update: [2], delete: [] }[verb],
    )
  })
})

test("a call that is throttled for long is made again about every ten minutes", async () => {
  const refusing = await opened("update", () => refusal("throttled", "rate exceeded", { retryable: true }))
  await refusing.during(5 * HOUR, desired.update)
  expect(refusing.times.length).toBeLessThan(50)
  for (const gap of refusing.gaps.slice(-10)) expect(gap).toBeGreaterThanOrEqual(10)
  expect(refusing.gaps.slice(0, 3)).toEqual([0, 0, 0])
})

test("a call that only other props can cure is not made again", async () => {
  const refusing = await opened("update", () => refusal("invalid", "not like this"))
  await refusing.during(5 * HOUR, desired.update)
  expect(refusing.times).toHaveLength(1)
})

test("a delete, which has no other props to wait for, is made again about every ten minutes whatever the reason", async () => {
  const refusing = await opened("delete", () => refusal("invalid", "not like this"))
  await refusing.during(HOUR, null)
  expect(refusing.times.length).toBeGreaterThan(4)
  for (const gap of refusing.gaps) expect(gap).toBeGreaterThanOrEqual(10)
})

describe("what is not ready yet", () => {
  const error = () => refusal("not_ready", "the role cannot be assumed yet")

  test("is asked every second or two, for minutes", async () => {
    const refusing = await opened("create", error)
    await refusing.during(2 * MINUTE, desired.create)
    const times = refusing.times.slice(0, 100)
    expect(times).toHaveLength(100)
    for (const [index, time] of times.slice(1).entries()) {
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(1_000)
      expect(time - (times[index] ?? 0)).toBeLessThanOrEqual(2_000)
    }
  })

  test("is asked rarely once it has not been ready for long", async () => {
    const refusing = await opened("create", error)
    await refusing.during(HOUR, desired.create)
    expect(refusing.times.length).toBeLessThan(200)
  })
})

test("a read that is denied is made again about every ten minutes, and heals by itself", async () => {
  const reading = new Refusing("read", () => refusal("denied", "not for you"))
  await reading.deployment.converge(one(Thing))
  await reading.during(HOUR, one(Thing, 2))
  expect(reading.times.length).toBeGreaterThan(3)
  for (const gap of reading.gaps) expect(gap).toBeGreaterThanOrEqual(10)
  for (const gap of reading.gaps) expect(gap).toBeLessThanOrEqual(13)
  expect(await reading.deployment.row("api/thing")).toMatchObject({
    state: { status: "waiting", why: { code: "denied" } },
  })
  reading.allowed = true
  await reading.during(15 * MINUTE, one(Thing, 2))
  expect(reading.deployment.onlyObject("thing").props.size).toBe(2)
})
