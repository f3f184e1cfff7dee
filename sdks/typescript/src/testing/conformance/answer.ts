import { z } from "zod"

const json = { body: z.unknown().describe("JSON, sent as its compact text.") }
const text = { text: z.string().describe("Sent as it is, in UTF-8.") }
const hex = {
  hex: z
    .string()
    .regex(/^(?:[0-9a-f]{2})*$/)
    .describe("Bytes."),
}

const around = {
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe("Beside Content-Length, and Content-Type unless it is here."),
  padding: z.int().min(0).max(8_388_608).default(0).describe("That many spaces before the body."),
}
const status = z.int().min(200).max(599).default(200)
const held = z.literal(true).optional().describe("Nothing is sent before a step releases it.")
const stalls = z.literal(true).describe("Headers and the first half of the body, rounded down, then nothing more.")

/** What the manager answers to one request: all of an answer, half of it, or nothing. */
export const Answer = z
  .union([
    z.strictObject({ ...json, status, ...around, held }),
    z.strictObject({ ...text, status, ...around, held }),
    z.strictObject({ ...hex, status, ...around, held }),
    z.strictObject({ ...json, ...around, stalls }),
    z.strictObject({ ...text, ...around, stalls }),
    z.strictObject({ ...hex, ...around, stalls }),
    z.strictObject({ closes: z.literal(true).describe("The connection is closed without an answer.") }),
  ])
  .meta({ id: "Answer" })
export type Answer = z.output<typeof Answer>

type SentAnswer = Exclude<Answer, { closes: true }>

/** The body of an answer. */
export function bytesOf(answer: SentAnswer): Buffer {
  return Buffer.concat([Buffer.alloc(answer.padding, " "), contentOf(answer)])
}

function contentOf(answer: SentAnswer): Buffer {
  if ("hex" in answer) return Buffer.from(answer.hex, "hex")
  return Buffer.from("text" in answer ? answer.text : JSON.stringify(answer.body))
}
