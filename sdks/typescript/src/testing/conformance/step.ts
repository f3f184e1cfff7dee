import { z } from "zod"

const load = z.enum(["func", "worker", "container", "daemon"])
const id = z.string()

const Call = z.union([
  z.strictObject({ load, id, get: z.literal("url"), endpoint: z.string().optional() }),
  z.strictObject({ load, id, get: z.literal("endpoints") }),
  z
    .strictObject({ load: z.literal("container"), id, get: z.literal("publicUrl") })
    .describe("The public URL of a Container, asked in one go where the language lets that be."),
  z.strictObject({ get: z.literal("own").describe("The public endpoints of the workload itself.") }),
])
export type Call = z.output<typeof Call>

const Endpoint = z.strictObject({ url: z.string(), host: z.string(), wildcardHost: z.string().optional() })
const Result = z.union([z.string(), z.null(), z.record(z.string(), Endpoint)]).describe("null: there is no URL.")
const Code = z.enum([
  "resource_unknown",
  "resource_wrong_type",
  "endpoint_unknown",
  "endpoint_pending",
  "binding_invalid",
])

const asks = z
  .int()
  .min(0)
  .max(1)
  .default(0)
  .describe("Requests that arrive at the manager because of this step, each time.")
const waits = z
  .int()
  .min(0)
  .max(5_000)
  .default(0)
  .describe("The call comes back when exactly so many milliseconds have passed, and not before.")

const CallStep = z.union([
  z.strictObject({ call: Call, answer: Result, waits, asks }),
  z.strictObject({ call: Call, code: Code, waits, asks }),
])
export type CallStep = z.output<typeof CallStep>

const PassStep = z.strictObject({
  passes: z.int().min(1).max(86_400_000).describe("Milliseconds. A request may become due at their very end alone."),
  asks,
  times: z.int().min(1).max(100).default(1).describe("So many times in a row."),
})

const ReleaseStep = z.strictObject({ releases: z.literal(true).describe("All held answers are sent.") })

export const Step = z.union([CallStep, PassStep, ReleaseStep]).meta({ id: "Step" })
export type Step = z.output<typeof Step>
