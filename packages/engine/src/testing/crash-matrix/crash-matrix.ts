import type { Bench, Desired, Hook, Moment } from "../bench.ts"

/** A moment at which the process dies. late: the request still arrives after its death. */
export interface CrashPoint {
  phase: Phase
  /** Number of the moment in its phase, from 0. */
  index: number
  how: "dies" | "late"
  name: string
}

/** What the process was doing when it died. */
export type Phase = "deploy" | "update" | "destroy"

/** What happens after the crash. */
export type Continuation = "resume" | "next" | "back" | "destroy"

export interface CrashReport {
  calls: number
  points: number
  failures: { point: CrashPoint; then: Continuation; message: string }[]
}

const phases: Record<Phase, { from: Desired; to: Desired }> = {
  deploy: { from: "nothing", to: "first" },
  update: { from: "first", to: "second" },
  destroy: { from: "second", to: "nothing" },
}

/** Desired state of each continuation, by the phase that was interrupted. */
const targets: Record<Phase, Record<Continuation, Desired>> = {
  deploy: { resume: "first", next: "second", back: "first", destroy: "nothing" },
  update: { resume: "second", next: "second", back: "first", destroy: "nothing" },
  destroy: { resume: "nothing", next: "nothing", back: "nothing", destroy: "nothing" },
}

const continuations: readonly Continuation[] = ["resume", "next", "back", "destroy"]

export interface CrashMatrixOptions {
  open: () => Bench
  /** Tries every n-th point. Default 1: all. */
  every?: number
  onPoint?: (done: number, of: number) => void
}

/**
 * Kills the process before and after every call and write of a deploy, an update and a destroy, with mutating requests
 * also arriving late; then continues in one of four ways and compares the objects with those of an undisturbed run.
 */
export async function crashMatrix({ open, every = 1, onPoint }: CrashMatrixOptions): Promise<CrashReport> {
  const starts: Record<Desired, Bench> = { nothing: open(), first: open(), second: open() }
  await starts.first.converge("first")
  await starts.second.converge("first")
  await starts.second.converge("second")
  const expected = { nothing: {}, first: starts.first.inventory(), second: starts.second.inventory() }
  const report: CrashReport = { calls: 0, points: 0, failures: [] }
  const points: CrashPoint[] = []
  for (const phase of Object.keys(phases) as Phase[]) {
    const { from, to } = phases[phase]
    const found = await listPoints(starts[from].fork(), phase, to)
    report.calls += found.calls
    points.push(...found.points)
  }
  const taken = points.filter((_, index) => index % every === 0)
  for (const [index, point] of taken.entries()) {
    const then = continuations[index % continuations.length] ?? "resume"
    const bench = starts[phases[point.phase].from].fork()
    const message = await tryPoint(bench, point, index, targets[point.phase][then], expected)
    if (message) report.failures.push({ point, then, message })
    report.points += 1
    onPoint?.(report.points, taken.length)
  }
  return report
}

async function listPoints(
  bench: Bench,
  phase: Phase,
  desired: Desired,
): Promise<{ calls: number; points: CrashPoint[] }> {
  const points: CrashPoint[] = []
  let index = 0
  let calls = 0
  await bench.converge(desired, (moment) => {
    const name = `${moment.when} ${moment.name}`
    points.push({ phase, index, how: "dies", name })
    if (moment.what === "call" && moment.when === "before") {
      calls += 1
      if (moment.mutating) points.push({ phase, index, how: "late", name })
    }
    index += 1
  })
  return { calls, points }
}

/** Tries one crash point; returns what went wrong, or undefined. */
async function tryPoint(
  bench: Bench,
  point: CrashPoint,
  seed: number,
  target: Desired,
  expected: Record<Desired, Record<string, number>>,
): Promise<string | undefined> {
  const customers = bench.customers()
  try {
    await crash(bench, point, seed)
    // Most restarts are quick; some find the old requests long expired.
    await bench.clock.advance(seed % 3 === 0 ? 400_000 : 1_000)
    await bench.converge(target)
    const there = JSON.stringify(bench.inventory())
    if (there !== JSON.stringify(expected[target]))
      return `found ${there}, expected ${JSON.stringify(expected[target])}`
    const before = bench.mutations
    await bench.run(target)
    if (bench.mutations !== before) return `a second run made ${bench.mutations - before} changes`
    await bench.converge("nothing")
    if (JSON.stringify(bench.inventory()) !== "{}") return `left behind ${JSON.stringify(bench.inventory())}`
    if (bench.customers() !== customers) return "the customer's objects changed"
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return undefined
}

/** Runs a process until the crash point, where it never continues. */
async function crash(bench: Bench, point: CrashPoint, seed: number): Promise<void> {
  const dead = Promise.withResolvers<void>()
  const never = new Promise<never>(() => {})
  let index = 0
  let over = false
  const hook: Hook = (moment: Moment) => {
    if (over) return never
    if (index++ !== point.index) return
    over = true
    if (point.how === "late") moment.landLater?.(seed % 2 === 0 ? 5_000 : 55_000)
    dead.resolve()
    return never
  }
  await Promise.race([bench.converge(phases[point.phase].to, hook), dead.promise])
  if (!over) throw new Error(`the run never came to ${point.name}: it is not deterministic`)
}
