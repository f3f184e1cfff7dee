import { codeOf } from "@alienplatform/core"
import type { CloudCall } from "@alienplatform/simulator-memory"
import { blueprint, FIRST, MemoryBench, memory, SECOND } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Desired, Moment } from "../testing/bench.ts"
import { SimulatedProcess } from "../testing/node-contract/simulated-process.ts"
import { createLimiter } from "./limiter.ts"
import { type RunResult, runDeployment } from "./run.ts"

const DEPLOYMENT = "dep_fencing000000000"
const LEASE = 180_000
const POINTS_OF_A_KIND = 6
/** Whatever landed this long ago is seen. */
const VISIBLE = 10_000

type Hook = (moment: Omit<Moment, "landLater">) => void | Promise<void>

/** One process, from taking the lease to the end of its run. It meets `hook` around every call and every write. */
async function run(bench: MemoryBench, desired: Desired, simulated: SimulatedProcess, hook: Hook): Promise<RunResult> {
  const call = (when: Moment["when"]) => async (made: CloudCall) => {
    const mutating = made.verb !== "read" && made.verb !== "poll"
    await hook({ what: "call", when, name: `${made.verb} ${made.kind}`, mutating })
    await simulated.untilRunning()
  }
  const choices = await bench.store.choices()
  return runDeployment({
    store: simulated.store(bench.store, (when) => hook({ what: "write", when, name: "write", mutating: false })),
    lease: bench.store.lease(DEPLOYMENT, bench.clock.now() + LEASE),
    leaseMs: LEASE,
    platform: memory,
    context: { cloud: bench.cloud.connect({ before: call("before"), after: call("after") }) },
    installation: "ins_fencing000000000",
    deployment: DEPLOYMENT,
    graph: desired === "nothing" ? null : blueprint(desired === "first" ? FIRST : SECOND, choices),
    secretKey: new Uint8Array(32).fill(7),
    clock: simulated.clock(bench.clock),
    random: bench.random,
    limiter: createLimiter(memory.limits ?? {}, bench.clock),
  })
}

/** Runs one after the other until what is desired is there, or until the process has been paused and its run has ended. */
async function converge(
  bench: MemoryBench,
  desired: Desired,
  simulated = new SimulatedProcess(),
  hook: Hook = () => {},
): Promise<void> {
  for (let count = 0; count < 80; count += 1) {
    const { outcome, rows, dueAt } = await run(bench, desired, simulated, hook)
    const over = rows.every((row) => !row.doomed && !row.created?.uncertain)
    if (outcome === "destroyed" || (outcome === "settled" && over) || simulated.wasPaused) return
    if (dueAt === null) break
    await bench.clock.advance(Math.max(0, dueAt - bench.clock.now()))
  }
  throw new Error(`${desired} is never reached:\n${await bench.describe()}`)
}

const phases = {
  deploy: { from: "nothing", to: "first" },
  update: { from: "first", to: "second" },
  destroy: { from: "second", to: "nothing" },
} as const
type Phase = keyof typeof phases

interface Point {
  phase: Phase
  /** Counts the moments of the phase, from 0. */
  index: number
  kind: string
  name: string
}

const starts = { nothing: new MemoryBench(), first: new MemoryBench(), second: new MemoryBench() }
await converge(starts.first, "first")
await converge(starts.second, "first")
await converge(starts.second, "second")
const expected: Record<Desired, Record<string, number>> = {
  nothing: {},
  first: starts.first.inventory(),
  second: starts.second.inventory(),
}

/** Some moments of every kind, evenly spread over the phase. */
async function pointsOf(phase: Phase): Promise<Point[]> {
  const { from, to } = phases[phase]
  const moments: Point[] = []
  await converge(starts[from].fork(), to, new SimulatedProcess(), ({ what, when, mutating, name }) => {
    const kind = `${when} a ${mutating ? "call" : what === "call" ? "read" : "write"}`
    moments.push({ phase, index: moments.length, kind, name: `${when} ${name}` })
  })
  const kinds = Map.groupBy(moments, ({ kind }) => kind)
  return [...kinds].flatMap(([kind, found]) => {
    const step = Math.max(1, Math.floor(found.length / POINTS_OF_A_KIND))
    return kind.endsWith("a read") ? [] : found.filter((_, nth) => nth % step === 0)
  })
}

const points = (await Promise.all((Object.keys(phases) as Phase[]).map(pointsOf))).flat()

/** When the paused process goes on. */
const orders = ["while the second works", "after the second has ended"] as const
type Order = (typeof orders)[number]

/** What the first process did after it went on. */
interface Aftermath {
  writes: number
  refusals: string[]
  calls: string[]
  /** Calls that it had sent before: `create subnet`. */
  underWay: string[]
}

/** The first process is paused at the point, past its lease; the second takes over; the first goes on, and both end. */
async function overtaken(bench: MemoryBench, { phase, index, name }: Point, order: Order): Promise<Aftermath> {
  const { to } = phases[phase]
  const simulated = new SimulatedProcess()
  const reached = Promise.withResolvers<boolean>()
  const after: Aftermath = { writes: 0, refusals: [], calls: [], underWay: [] }
  let count = 0
  let goesOn = false
  const first = converge(bench, to, simulated, async ({ what, when, name }) => {
    if (goesOn && when === "before" && what === "write") after.writes += 1
    if (goesOn && when === "before" && what === "call") after.calls.push(name)
    if (!goesOn && what === "call" && when === "before") after.underWay.push(name)
    if (!goesOn && what === "call" && when === "after") after.underWay.splice(after.underWay.indexOf(name), 1)
    if (count++ === index) {
      simulated.pause()
      reached.resolve(true)
    }
    await simulated.untilRunning()
  }).catch((error: unknown) => void after.refusals.push(codeOf(error)))
  if (!(await Promise.race([reached.promise, first.then(() => false)]))) throw new Error(`it never came to ${name}`)
  await bench.clock.advance(LEASE + 1_000)
  const goOn = () => {
    goesOn = true
    simulated.resume()
  }
  await converge(bench, to, new SimulatedProcess(), order === "while the second works" ? goOn : undefined)
  if (order === "after the second has ended") {
    expect(bench.inventory()).toEqual(expected[to])
    goOn()
  }
  await first
  return after
}

/**
 * A create without a name that is on its way for longer than anybody looks for it makes a second object: no cloud can
 * be told to refuse it. It carries its incarnation's mark and goes with that one; of a key that was replaced meanwhile
 * no row is left to search by.
 */
const strays = { settled: ["subnet", "backend", "key"], destroyed: ["key"] }

function withoutStrays(
  found: Record<string, number>,
  { underWay }: Aftermath,
  desired: Desired,
): Record<string, number> {
  const left = { ...found }
  for (const kind of desired === "nothing" ? strays.destroyed : strays.settled) {
    const wanted = expected[desired][kind] ?? 0
    const created = underWay.filter((call) => call === `create ${kind}`).length
    if ((left[kind] ?? 0) > wanted) left[kind] = Math.max(wanted, (left[kind] ?? 0) - created)
    if (left[kind] === 0) delete left[kind]
  }
  return left
}

describe("a process that was paused past its lease", () => {
  test("it is met at forty moments or more, of every kind", () => {
    expect(points.length).toBeGreaterThanOrEqual(40)
    expect(new Set(points.map(({ phase, kind }) => `${phase} ${kind}`)).size).toBe(12)
  })

  describe.each(orders)("that goes on %s", (order) => {
    test.each(points)("it writes nothing and calls nothing more: $phase, $name, #$index", async (point) => {
      const { from, to } = phases[point.phase]
      const bench = starts[from].fork()
      const customers = bench.customers()
      const after = await overtaken(bench, point, order)
      await bench.clock.advance(VISIBLE)
      expect(after.calls).toEqual([])
      if (after.writes > 0 || point.name === "before write") expect(after.refusals).toEqual(["lease_lost"])
      await converge(bench, to)
      const inventory = (desired: Desired) =>
        order === "while the second works" ? bench.inventory() : withoutStrays(bench.inventory(), after, desired)
      expect(inventory(to)).toEqual(expected[to])
      await converge(bench, "nothing")
      expect(inventory("nothing")).toEqual({})
      expect(bench.customers()).toBe(customers)
    })
  })
})
