/**
 * How far the referred object must be. settled: ready, with today's props. exists: created, perhaps still
 * changing. name: nothing at all; what serves now answers, and before anything does the attribute follows from names.
 */
export type Level = "settled" | "exists" | "name"

/** The attribute of every node that is the hash of what was last sent to it, `lazy` props aside. */
export const SENT = "$sent"

/** Stands in props for a value that another node's object will have. */
export class Ref<T = unknown> {
  readonly node: string
  readonly attribute: string
  readonly level: Level
  /** The part of the node that has to be there as well. */
  readonly part: string | undefined
  /** Keeps the type of the value; never present. */
  declare readonly value: T

  constructor(node: string, attribute: string, level: Level, part?: string) {
    this.node = node
    this.attribute = attribute
    this.level = level
    this.part = part
  }
}

/** One value until a gate passes, another from then on; what was last sent stays while the gate is asked anew. Orders nothing. */
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

/** An order without data: the node, or one part of it, must be settled. */
export interface Predecessor {
  node: string
  part?: string | undefined
}

/** Calls `visit` for every reference in a value, at any depth, those of both sides of a gated value included. */
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
