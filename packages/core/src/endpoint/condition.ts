import { z } from "zod"
import { Actor } from "./actor.ts"

/** In the order in which they are reported: each one presumes those before it. */
export const ConditionType = z.enum(["target", "certificate", "dns", "reachable"])
export type ConditionType = z.output<typeof ConditionType>

/**
 * waiting: ends when somebody acts (`on`) or by itself. failed: does not end by itself. unverified: cannot be seen from
 * the manager, carries the command to run in `fix` and does not hold back `ready`.
 */
export const ConditionStatus = z.enum(["ok", "waiting", "failed", "unverified"])
export type ConditionStatus = z.output<typeof ConditionStatus>

/** A named check of an endpoint. */
export const Condition = z
  .object({
    type: ConditionType,
    status: ConditionStatus,
    on: Actor.optional().describe("Who has to act."),
    code: z.string().nullable().describe("Stable, explained in docs/errors.md; null when there is nothing to explain."),
    message: z.string(),
    expected: z.unknown().optional().describe("Any JSON."),
    observed: z.unknown().optional().describe("Any JSON."),
    fix: z.string().optional().describe("What the actor has to do, in one sentence, or the command to run."),
    since: z.string().describe("ISO 8601, UTC: since when status and code are what they are."),
    observedGeneration: z.int().describe("The deployment's generation that was judged."),
  })
  .meta({ id: "Condition", description: "A named check of an endpoint." })
export type Condition = z.output<typeof Condition>
