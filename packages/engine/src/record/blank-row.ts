import { newId, type RandomBytes } from "@alienplatform/core"
import type { DesiredNode } from "../declare/graph.ts"
import { incarnationName } from "../declare/names.ts"
import type { ObjectRow } from "./row.ts"

/** A new row of an object that was not yet requested from the cloud. */
export const blankRow = (desired: DesiredNode, of: string, incarnation: number, random: RandomBytes): ObjectRow => ({
  format: 2,
  object: newId("obj", random),
  node: desired.node,
  incarnation,
  type: desired.type.type,
  name: incarnationName(desired.name, incarnation),
  of,
  id: null,
  props: null,
  attributes: {},
  dependencies: {},
  parts: {},
  unmanaged: [],
  call: null,
  created: null,
  operation: null,
  state: { status: "due", why: null },
  served: false,
  doomed: false,
  twin: false,
  retireAt: null,
  tries: 0,
  repeated: null,
  deletes: 0,
  drift: null,
  gatherUntil: null,
  yieldsUntil: null,
  reserved: null,
  nextReadAt: null,
})
