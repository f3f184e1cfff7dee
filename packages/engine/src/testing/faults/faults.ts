import { problem } from "@alienplatform/core"
import type { Bench, Desired, Hook, Moment } from "../bench.ts"

export interface FaultsReport {
  seeds: number
  /** Number of injected faults, by fault. */
  injected: Record<string, number>
  failures: { seed: number; message: string }[]
}

export interface FaultsOptions {
  open: () => Bench
  seeds: number
  /** First seed; a failing seed can be run alone. Default 1. */
  from?: number
  onSeed?: (done: number, of: number) => void
}

/** One call in this many meets a fault. */
const RATE = 6

/**
 * Deploys, updates and destroys under throttles, server errors, conflicts, lost requests and lost answers, drawn from a
 * seed; compares the objects with those of an undisturbed run after each step.
 */
export async function faults({ open, seeds, from = 1, onSeed }: FaultsOptions): Promise<FaultsReport> {
  const expected = await runUndisturbed(open)
  const report: FaultsReport = { seeds, injected: {}, failures: [] }
  for (let seed = from; seed < from + seeds; seed += 1) {
    const message = await trySeed(open(), seed, expected, report.injected)
    if (message) report.failures.push({ seed, message })
    onSeed?.(seed - from + 1, seeds)
  }
  return report
}

async function runUndisturbed(open: () => Bench): Promise<Record<Desired, string>> {
  const bench = open()
  await bench.converge("first")
  const first = JSON.stringify(bench.inventory())
  await bench.converge("second")
  return { first, second: JSON.stringify(bench.inventory()), nothing: "{}" }
}

async function trySeed(
  bench: Bench,
  seed: number,
  expected: Record<Desired, string>,
  injected: Record<string, number>,
): Promise<string | undefined> {
  const hook = faultHook(seed, injected)
  const customers = bench.customers()
  try {
    for (const desired of ["first", "second", "nothing"] as const) {
      await bench.converge(desired, hook)
      const there = JSON.stringify(bench.inventory())
      if (there !== expected[desired]) return `${desired}: found ${there}, expected ${expected[desired]}`
    }
    if (bench.customers() !== customers) return "the customer's objects changed"
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return undefined
}

type Fault = "throttled" | "unavailable" | "conflict" | "never_arrives" | "answer_lost"

/** Faults that are possible at a moment; only mutating calls meet conflicts. */
function faultsAt({ when, mutating }: Moment): readonly Fault[] {
  if (when === "after") return ["answer_lost"]
  return mutating
    ? ["throttled", "unavailable", "conflict", "never_arrives"]
    : ["throttled", "unavailable", "never_arrives"]
}

const errors: Record<Fault, () => Error> = {
  throttled: () => problem("throttled", { message: "rate exceeded", outcome: "refused" }),
  unavailable: () => problem("unavailable", { message: "503 from the service", outcome: "unknown" }),
  conflict: () => problem("conflict", { message: "another change is under way", outcome: "refused" }),
  never_arrives: () => new TypeError("connect ECONNREFUSED"),
  answer_lost: () => new TypeError("socket hang up"),
}

function faultHook(seed: number, injected: Record<string, number>): Hook {
  let state = seed * 2_654_435_761
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % below
  }
  return (moment) => {
    if (moment.what !== "call" || draw(RATE) !== 0) return
    const possible = faultsAt(moment)
    const fault = possible[draw(possible.length)]
    if (!fault) return
    injected[fault] = (injected[fault] ?? 0) + 1
    throw errors[fault]()
  }
}
