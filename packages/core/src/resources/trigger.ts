import { z } from "zod"
import { ResourceId } from "./names.ts"

const Source = z.strictObject({ type: z.string().min(1).max(64).optional(), id: ResourceId })

/** What else may start a Worker. May be declared; refused when a release is made: see `releaseViolations`. */
export const WorkerTrigger = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("queue"), queue: Source }),
  z.strictObject({ type: z.literal("storage"), storage: Source, events: z.array(z.string().min(1).max(64)).min(1) }),
  z.strictObject({
    type: z.literal("schedule"),
    cron: z
      .string()
      .max(256)
      .regex(/^\S+(?: +\S+){4}$/, { error: "must be a cron expression of five fields" }),
  }),
])
export type WorkerTrigger = z.output<typeof WorkerTrigger>
