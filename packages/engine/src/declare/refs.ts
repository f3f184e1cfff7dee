/**
 * How far a referenced object must be. settled: ready, with today's props. exists: created, perhaps still changing.
 * name: nothing is needed; the object that serves now answers, before one serves the attribute is predicted.
 */
export type Level = "settled" | "exists" | "name"

/** Attribute of every node: a hash of the props last sent to it, `lazy` ones aside. */
export const SENT = "$sent"

/** A reference: stands in props for an attribute of another node's object. */
export class Ref<T = unknown> {
  readonly node: string
  readonly attribute: string
  readonly level: Level
  /** Key of a part that must have been accepted as well. */
  readonly part: string | undefined
  /** Carries the type of the value; never set at run time. */
  declare readonly value: T

  constructor(node: string, attribute: string, level: Level, part?: string) {
    this.node = node
    this.attribute = attribute
    this.level = level
    this.part = part
  }
}

/** A value that changes when a gate passes; while the gate is asked again, the value last sent stays. Adds no order. */
export class Gated<T = unknown> {
  readonly gate: string
  readonly passed: Input<T>
  readonly until: Input<T>

  constructor(gate: string, passed: Input<T>, until: Input<T>) {
    this.gate = gate
    this.passed = passed
    this.until = until
  }
}

/** Props as a component writes them: any value, at any depth, may be a reference. */
export type Input<T> =
  | T
  | Ref<T>
  | Gated<T>
  | (T extends readonly (infer Item)[] ? Input<Item>[] : T extends object ? { [K in keyof T]: Input<T[K]> } : never)

/** A node, or one part of it, that must be settled first; carries no data. */
export interface Predecessor {
  node: string
  part?: string | undefined
}

/** Calls `visit` for every reference in a value, at any depth, both sides of a gated value included. */
export function eachRef(value: unknown, visit: (ref: Ref | Gated) => void): void {
  if (value instanceof Ref) visit(value)
  else if (value instanceof Gated) {
    visit(value)
    eachRef(value.passed, visit)
    eachRef(value.until, visit)
  } else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) eachRef(member, visit)
  }
}
