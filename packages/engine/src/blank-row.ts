import { newId, type RandomBytes } from "@alienplatform/core"
import type { DesiredNode } from "./graph.ts"
import type { ObjectRow } from "./row.ts"

/** The row of an object that nobody has asked for yet. Names carry the incarnation from the second on. */
export const blankRow = (desired: DesiredNode, of: string, incarnation: number, random: RandomBytes): ObjectRow => ({
  object: newId("obj", random),
  node: desired.node,
  incarnation,
  type: desired.type.type,
  name: incarnation === 1 ? desired.name : `${desired.name}-${incarnation}`,
  of,
  id: null,
  props: null,
  attributes: {},
  dependencies: [],
  parts: {},
  unmanaged: [],
  call: null,
  created: null,
  operation: null,
  status: "due",
  why: null,
  parked: null,
  doomed: false,
  twin: false,
  retireAt: null,
  tries: 0,
  repeated: null,
  reservedAt: null,
  nextReadAt: null,
})
