import { problem } from "@alienplatform/core"
import type { Code } from "@alienplatform/core/codes"
import { IDENTITY, type TinyProps, tiny, tinyReading, tinyRow, tinyWanted } from "@alienplatform/simulator-memory"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Reading } from "../declare/reading.ts"
import type { CallError } from "../record/call-error.ts"
import type { ObjectRow, Verb } from "../record/row.ts"
import { type Applied, apply, type RowEvent } from "./apply.ts"
import { NOW } from "./decided.fixture.ts"
import type { Wanted } from "./wanted.ts"

/** A type whose objects only their mark finds. */
export const AssignedType = tiny("assigned", { identity: { by: "assigned" } })
export const SharedType = tiny("shared", { parts: "entries", lazy: ["color"], initial: ["to"] })

/** Random bytes that add no jitter to delays. */
const random = () => new Uint8Array([0])

export const applyTo = (type: AnyNodeType, row: Partial<ObjectRow>, event: RowEvent, now = NOW): Applied =>
  apply(tinyRow(type, row), event, { type, now, random })

/** The row that `apply` makes of a row and an event. */
export const rowAfter = (type: AnyNodeType, row: Partial<ObjectRow>, event: RowEvent, now = NOW): ObjectRow =>
  applyTo(type, row, event, now).row

/** Facts that are the same in every event of these tests: the object is ours. */
const common = { ownership: "ours", installed: IDENTITY } as const

type Seen = RowEvent & { kind: "seen" }
export const seenEvent = (
  decision: Seen["decision"],
  changes: Partial<Omit<Seen, "kind" | "decision">> = {},
): RowEvent => ({
  kind: "seen",
  decision,
  reading: tinyReading(),
  wanted: tinyWanted(),
  ...common,
  ...changes,
})

type Called = RowEvent & { kind: "called" }
const decisionFor = (verb: Verb): Called["decision"] =>
  verb === "update"
    ? {
        action: verb,
        reasons: ["size differs"],
        fields: [{ field: "size", wanted: 1, found: 2 }],
        lazy: [],
        drift: false,
      }
    : { action: verb, reasons: [`${verb} it`] }

export const calledEvent = (verb: Verb, changes: Partial<Omit<Called, "kind">> = {}): RowEvent => ({
  kind: "called",
  decision: decisionFor(verb),
  token: "new-token",
  reading: verb === "create" ? undefined : tinyReading(),
  wanted: verb === "delete" ? undefined : tinyWanted(),
  ...common,
  ...changes,
})

export const answeredEvent = (answer: (RowEvent & { kind: "answered" })["answer"] = {}): RowEvent => ({
  kind: "answered",
  fields: [{ field: "size", wanted: 1, found: 2 }],
  answer,
})

type Details = { retryable?: boolean; part?: string }
const errorOf = (outcome: "refused" | "unknown", code: Code, details: Details): CallError =>
  problem(code, { message: `it says ${code}`, outcome, ...details }) as CallError

/** An error of a call that the cloud refused: nothing was applied. */
export const refusedError = (code: Code = "invalid", details: Details = {}): CallError =>
  errorOf("refused", code, details)

export const failedEvent = (error: CallError, wanted: Wanted | undefined = tinyWanted()): RowEvent => ({
  kind: "failed",
  error,
  wanted,
  token: "next-token",
})

/** An error of a call whose answer was lost: it may have been applied. */
export const unansweredError = (code: Code = "unavailable", details: Details = {}): CallError =>
  errorOf("unknown", code, { retryable: true, ...details })

/** Wanted props of a shared object with one part per entry; the part depends on the object `obj_<value>`. */
export const wantedWithParts = (parts: Record<string, string>, props: TinyProps = {}): Wanted => ({
  ...tinyWanted({ ...props, entries: parts }),
  parts: Object.fromEntries(
    Object.entries(parts).map(([key, value]) => [key, { props: value, dependencies: { [`obj_${value}`]: "use" } }]),
  ),
  desiredParts: Object.keys(parts).sort(),
})

export const readingWithParts = (entries: Record<string, string>, changes: Partial<Reading> = {}): Reading =>
  tinyReading({ props: { entries }, ...changes })
