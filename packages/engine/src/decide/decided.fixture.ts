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
/** Name of the object that `tinyRow` stands for. */
export const OBJECT_NAME = "tiny-api-thing"

/** A type found by its mark alone: repeating a create makes a second object. */
export const AssignedType = tiny("thing", { identity: { by: "assigned" } })
/** A type with unique names: a repeated create finds the object of the first one. */
export const NamedType = tiny("named")

export const convergeGoal = (props?: TinyProps): Goal => ({ kind: "converge", wanted: tinyWanted(props) })
export const observeGoal: Goal = { kind: "observe", why: null }
export const deleteGoal: Goal = { kind: "delete", detach: false }

export const settledState = { status: "settled", why: null } as const

/** A row whose object was created long ago and is as wanted. */
export const existingRow: Partial<ObjectRow> = {
  id: OBJECT_NAME,
  props: { size: 1 },
  state: settledState,
  created: { at: 0, uncertain: false },
}

/** A call that was answered long ago, unless `changes` say otherwise. */
export const answeredCall = (verb: Verb, changes: Partial<Call> = {}): Call =>
  tinyCall(verb, { at: NOW - 100_000, ...changes })

export type DecideCase = Partial<Omit<Situation, "row">> & { type?: AnyNodeType; row?: Partial<ObjectRow> }

/** The decision about an ordinary settled object of which only the given facts differ. */
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
