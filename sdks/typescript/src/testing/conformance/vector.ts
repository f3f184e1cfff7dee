import { z } from "zod"
import { Answer } from "./answer.ts"
import { Step } from "./step.ts"

export const Vector = z.strictObject({
  it: z.string().min(1).describe("What the SDK does, after the word `it`. Unique over all files."),
  environment: z
    .record(z.string(), z.unknown())
    .describe("Variables. A text as it is; any other JSON stands for its compact text."),
  manager: z
    .array(Answer)
    .optional()
    .describe(
      "What the manager answers, in turn; the last one for ever. Absent: no manager variables are set. Empty: nothing listens there.",
    ),
  steps: z.array(Step).min(1),
  warnings: z
    .array(z.enum(["manager_refused", "manager_url_invalid"]))
    .default([])
    .describe("Codes of all warnings, in order."),
})
export type Vector = z.output<typeof Vector>

/** One file of `sdks/conformance/vectors`. */
export const VectorFile = z.strictObject({
  $schema: z.literal("../vector.schema.json"),
  vectors: z.array(Vector).min(1),
})

/** JSON Schema of a vector file as people write it: members with a default may be left out. */
export const vectorJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(VectorFile, { target: "draft-2020-12", io: "input" }),
  title: "Conformance vectors of the SDKs",
})
