import {
  IDENTITY,
  SECRET_KEY,
  type TinyProps,
  tiny,
  tinyCall,
  tinyRow,
  tinyWanted,
} from "@alienplatform/simulator-memory"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Call, ObjectRow, Verb } from "../record/row.ts"
import { decide } from "./decide.ts"
import type { Decision, Situation } from "./situation.ts"
import type { Goal } from "./wanted.ts"

export const NOW = 10_000_000
/** The name of `tinyRow`'s object. */
export const OBJECT_NAME = "tiny-api-thing"

/** Found by its mark alone: a create that is repeated makes another. */
export const AssignedType = tiny("thing", { identity: { by: "assigned" } })
/** A create that is repeated finds itself. */
export const NamedType = tiny("named")

export const convergeGoal = (props?: TinyProps): Goal => ({ kind: "converge", wanted: tinyWanted(props) })
export const observeGoal: Goal = { kind: "observe", why: null }
export const deleteGoal: Goal = { kind: "delete", detach: false }

export const settledState = { status: "settled", why: null } as const

/** A row of `Thing` whose object has been there for long, as wanted. */
export const existingRow: Partial<ObjectRow> = {
  id: OBJECT_NAME,
  props: { size: 1 },
  state: settledState,
  created: { at: 0, uncertain: false },
}

/** Answered long ago, unless it is said otherwise. */
export const answeredCall = (verb: Verb, changes: Partial<Call> = {}): Call =>
  tinyCall(verb, { at: NOW - 100_000, ...changes })

export type DecideCase = Partial<Omit<Situation, "row">> & { type?: AnyNodeType; row?: Partial<ObjectRow> }

/** What is decided where only this is out of the ordinary. */
export const decisionIn = ({
  type = AssignedType,
  row = {},
  goal = convergeGoal(),
  reading,
  ownership = "ours",
  ...rest
}: DecideCase): Decision =>
  decide({
    type,
    row: tinyRow(type, row),
    goal,
    reading,
    ownership: reading && ownership,
    installed: IDENTITY,
    secretKey: SECRET_KEY,
    brokenBefore: 0,
    now: NOW,
    ...rest,
  })
