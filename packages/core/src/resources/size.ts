import { z } from "zod"
import { shownValue } from "../validation/seen.ts"

const CPU = /^(?!0*(?:\.0*)?$)\d{1,4}(?:\.\d{1,3})?$/
const MEMORY = /^(?!0*(?:\.0*)?[KMGT]i$)\d{1,7}(?:\.\d{1,3})?(?:Mi|Gi|Ti)$/
const MIB = { Mi: 1, Gi: 1024, Ti: 1024 * 1024 } as const

const Cpu = z
  .string()
  .regex(CPU, { error: ({ input }) => `must be vCPUs such as "0.5" or "2", is ${shownValue(input)}` })
const Memory = z
  .string()
  .regex(MEMORY, { error: ({ input }) => `must be a size such as "512Mi" or "2Gi", is ${shownValue(input)}` })

/** vCPUs as decimal strings: `{min: "0.5", desired: "1"}`. */
export const CpuSpec = z.strictObject({ min: Cpu, desired: Cpu })
/** Sizes in Mi, Gi or Ti: `{min: "512Mi", desired: "1Gi"}`. */
export const MemorySpec = z.strictObject({ min: Memory, desired: Memory })
/** A size with what is always available (`min`) and what is aimed at (`desired`). */
export type ResourceSpec = z.output<typeof CpuSpec>

/** Number of vCPUs: 0.5 of `"0.5"`. */
export const parseCpu = (cpu: string): number => Number(cpu)

/** Number of MiB: 512 of `"512Mi"`, 2048 of `"2Gi"`; NaN for anything else. */
export function parseMemoryMiB(memory: string): number {
  const [, amount, unit] = /^([\d.]+)(Mi|Gi|Ti)$/.exec(memory) ?? []
  return amount && (unit === "Mi" || unit === "Gi" || unit === "Ti") ? Number(amount) * MIB[unit] : Number.NaN
}

/** How many replicas a Container has between `min` and `max`. */
export const Autoscaling = z.strictObject({
  min: z.int().min(1).max(1000).default(1).describe("Always running."),
  desired: z.int().min(1).max(1000).optional().describe("At the start. Default: min."),
  max: z.int().min(1).max(1000).describe("Under load."),
  targetCpuPercent: z.number().min(1).max(100).optional(),
  targetMemoryPercent: z.number().min(1).max(100).optional(),
  targetHttpInFlightPerReplica: z.int().min(1).optional(),
  maxHttpP95LatencyMs: z.number().positive().optional(),
})
export type Autoscaling = z.output<typeof Autoscaling>
