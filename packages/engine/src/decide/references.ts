import { canonicalJson, hashOf, type Json } from "@alienplatform/core"
import type { Contribution, DesiredNode, Graph } from "../declare/graph.ts"
import { type AnyNodeType, isCalled } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import { Gated, type Predecessor, Ref, SENT } from "../declare/refs.ts"
import { contains, isSealed, isUnknown, type Unknown } from "../declare/sent.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { addDependency } from "../record/dependencies.ts"
import type { Dependencies, Hold, ObjectRow } from "../record/row.ts"
import { completeProps } from "../record/seal.ts"
import type { Resolved } from "./wanted.ts"

/** What references are answered from: the graph, its rows and the key for secrets. */
export interface AnswerScope {
  graph: Graph
  secretKey: Uint8Array
  /** For a plan: an unanswered reference blocks nothing and becomes `{$after: node}`, which differs from everything. */
  preview: boolean
  rowsOf(node: string): readonly ObjectRow[]
  /** The node as it was last resolved. */
  entryOf(node: string): Resolved | undefined
}

/** Who asks for the answers: a node, or one of its parts. */
export interface Asker {
  node: string
  /** Props whose change makes another object. */
  replacing?: ReadonlySet<string>
  /** The props last sent, for values that are kept while a gate is asked again. */
  lastSent: unknown
}

export interface Answers {
  value: Props
  dependencies: Dependencies
  blockedBy: Set<string>
  /** Top-level props that contain an unanswered reference. */
  unknownProps: Set<string>
  /** A value was kept as last sent, so the recorded dependencies still hold. */
  kept: boolean
}

/** Replaces every reference in props by its value, and collects dependencies and what blocks. Pure. */
export function answerProps(
  { props, after }: Pick<DesiredNode | Contribution, "props" | "after">,
  asker: Asker,
  scope: AnswerScope,
): Answers {
  const answers: Answers = {
    value: {},
    dependencies: {},
    blockedBy: new Set(),
    unknownProps: new Set(),
    kept: false,
  }
  for (const [name, member] of Object.entries(props)) {
    const walker = new Walker(answers, asker, scope, name)
    answers.value[name] = walker.walk(member, valueAt(asker.lastSent, name))
  }
  for (const other of after) {
    const objects = scope.preview ? [] : predecessorObjects(other, scope)
    if (objects === undefined) answers.blockedBy.add(other.node)
    else for (const object of objects) addDependency(answers.dependencies, object, "use")
  }
  return answers
}

/** Answers the references in one top-level prop. */
class Walker {
  readonly #answers: Answers
  readonly #asker: Asker
  readonly #scope: AnswerScope
  readonly #prop: string

  constructor(answers: Answers, asker: Asker, scope: AnswerScope, prop: string) {
    this.#answers = answers
    this.#asker = asker
    this.#scope = scope
    this.#prop = prop
  }

  walk(value: unknown, lastSent: unknown): unknown {
    if (value instanceof Ref) return this.#reference(value)
    if (value instanceof Gated) return this.#gated(value, lastSent)
    if (Array.isArray(value)) return value.map((item, index) => this.walk(item, valueAt(lastSent, index)))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, this.walk(member, valueAt(lastSent, key))]),
    )
  }

  #block(node: string): unknown {
    if (this.#scope.preview) return unknownAfter(node)
    this.#answers.blockedBy.add(node)
    this.#answers.unknownProps.add(this.#prop)
    return undefined
  }

  #depend(objects: Iterable<string>, hold: Hold): void {
    const held = hold === "use" && this.#asker.replacing?.has(this.#prop) ? "identity" : hold
    for (const object of objects) addDependency(this.#answers.dependencies, object, held)
  }

  #reference(ref: Ref): unknown {
    if (ref.level === "name") {
      const { value, object } = answerName(ref.node, ref.attribute, this.#scope)
      if (value === undefined) return this.#block(ref.node)
      if (object !== undefined) this.#depend([object], "name")
      return value
    }
    const target = ref.node === this.#asker.node ? undefined : this.#scope.entryOf(ref.node)
    if (this.#scope.preview) return previewAttribute(ref, target) ?? unknownAfter(ref.node)
    const row = target?.row
    const reached =
      ref.level === "exists" ? typeof row?.id === "string" : target?.usable === true && isPartAccepted(target, ref.part)
    const value = row && attributeOf(ref.attribute, row, target.desired.type)
    if (!target || !row || !reached || value === undefined) return this.#block(ref.node)
    this.#depend(objectsBehind(target, row), "use")
    return value
  }

  #gated({ gate, passed, until }: Gated, lastSent: unknown): unknown {
    if (this.#scope.preview || hasGatePassed(gate, this.#asker.node, this.#scope)) return this.walk(passed, lastSent)
    if (lastSent === undefined || contains(lastSent, isSealed)) return this.walk(until, lastSent)
    this.#answers.kept = true
    return lastSent
  }
}

const unknownAfter = (node: string): Unknown => ({ $after: node })

const valueAt = (value: unknown, key: string | number): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[key] : undefined

/** Hash of what was last sent to an object, `lazy` props aside. */
export const sentHash = (type: AnyNodeType, sealed: Props): string => {
  const { lazy } = traitsOf(type)
  return hashOf(Object.fromEntries(Object.entries(sealed).filter(([name]) => !lazy.has(name)))).slice(0, 32)
}

const attributeOf = (attribute: string, row: ObjectRow, type: AnyNodeType): unknown =>
  attribute === SENT ? row.props && sentHash(type, row.props) : row.attributes[attribute]

/** The value of a reference in a plan; nothing where only the run will know it. */
function previewAttribute({ attribute }: Ref, target: Resolved | undefined): unknown {
  if (!target?.wanted) return undefined
  const { row, wanted, desired } = target
  if (attribute === SENT) return contains(wanted.sealed, isUnknown) ? undefined : sentHash(desired.type, wanted.sealed)
  // What a lookup or gate answered was the answer to other props.
  if (!isCalled(desired.type) && canonicalJson(row?.props ?? null) !== canonicalJson(wanted.sealed)) return undefined
  return row?.attributes[attribute]
}

/**
 * Ids of the objects that a dependant of this node depends on. A gate or lookup has no object of its own, so those that
 * it reads are added.
 */
const objectsBehind = ({ desired: { type } }: Resolved, row: ObjectRow): string[] =>
  isCalled(type) ? [row.object] : [row.object, ...Object.keys(row.dependencies)]

/** Ids of the objects that an order depends on; undefined while it must be waited for. */
function predecessorObjects(other: Predecessor, scope: AnswerScope): string[] | undefined {
  const target = scope.entryOf(other.node)
  if (!target?.usable || !target.row || !isPartAccepted(target, other.part)) return undefined
  return objectsBehind(target, target.row)
}

/** Has the cloud accepted this part with the props wanted today? Without a part: always. */
export function isPartAccepted({ row, wanted }: Pick<Resolved, "row" | "wanted">, part: string | undefined): boolean {
  if (part === undefined) return true
  const sent = row?.parts[part]
  const ready = wanted?.parts[part]
  return (
    sent !== undefined &&
    ready !== undefined &&
    sent.parked === undefined &&
    canonicalJson(sent.props) === canonicalJson(ready.props)
  )
}

const newestRow = (rows: readonly ObjectRow[]): ObjectRow | undefined =>
  rows.reduce<ObjectRow | undefined>(
    (best, row) => (!best || row.incarnation > best.incarnation ? row : best),
    undefined,
  )

/**
 * Answers a reference of level `name`: from the wanted object once it is usable, before that from the object that
 * served last, and before anything served from predicted attributes.
 */
function answerName(
  node: string,
  attribute: string,
  scope: AnswerScope,
  path: readonly string[] = [],
): { value: unknown; object?: string } {
  const rows = scope.rowsOf(node).filter(({ doomed, twin }) => !doomed && !twin)
  const today = scope.entryOf(node)
  const wanted = today?.usable === true ? rows.find(({ object }) => object === today.row?.object) : undefined
  const row = wanted ?? newestRow(rows.filter(({ served, id }) => served && id !== null)) ?? newestRow(rows)
  const known = row?.attributes[attribute]
  if (row && known !== undefined) return row.id === null ? { value: known } : { value: known, object: row.object }
  const desired = scope.graph.nodes.get(node)
  if (desired?.type.kind !== "object" || path.includes(node)) return { value: undefined }
  const props = Object.fromEntries(
    Object.entries(desired.props).flatMap(([name, value]) => {
      const plain = plainValue(value, scope, [...path, node])
      return plain === undefined ? [] : [[name, plain]]
    }),
  )
  const predicted = predictAttributes(desired.type, {
    name: row?.name ?? desired.name,
    props: completeProps(desired.type, props),
    target: scope.graph.target,
  })
  const value = (predicted as Props | undefined)?.[attribute]
  return row && row.id !== null ? { value, object: row.object } : { value }
}

type OwnType = Extract<AnyNodeType, { kind: "object" }>

/** Calls the type's `predict`. A type that throws predicts nothing and blocks only who asked. */
function predictAttributes(type: OwnType, args: Parameters<NonNullable<OwnType["predict"]>>[0]): unknown {
  try {
    return type.predict?.(args)
  } catch {
    return undefined
  }
}

/** Replaces references in a value by predicted names; undefined when one of them is unknown. */
function plainValue(value: unknown, scope: AnswerScope, path: readonly string[]): unknown {
  let known = true
  const walk = (member: unknown): unknown => {
    if (member instanceof Gated) known = false
    else if (member instanceof Ref) {
      const answer = answerName(member.node, member.attribute, scope, path).value
      if (answer === undefined) known = false
      return answer
    } else if (Array.isArray(member)) return member.map(walk)
    else if (typeof member === "object" && member !== null)
      return Object.fromEntries(Object.entries(member).map(([key, one]) => [key, walk(one)]))
    return member
  }
  const plain = walk(value)
  return known ? plain : undefined
}

/** Has the gate passed for today's props, as far as these are known? */
function hasGatePassed(gate: string, asker: string, scope: AnswerScope): boolean {
  const desired = scope.graph.nodes.get(gate)
  const row = newestRow(scope.rowsOf(gate).filter(({ doomed }) => !doomed))
  if (!desired || row?.state.status !== "settled") return false
  const withoutAsker: AnswerScope = { ...scope, entryOf: (node) => (node === asker ? undefined : scope.entryOf(node)) }
  const { value, unknownProps } = answerProps(
    { props: desired.props, after: [] },
    { node: gate, lastSent: row.props },
    withoutAsker,
  )
  return Object.entries(value).every(
    ([name, wanted]) =>
      unknownProps.has(name) || canonicalJson((wanted ?? null) as Json) === canonicalJson(row.props?.[name] ?? null),
  )
}
