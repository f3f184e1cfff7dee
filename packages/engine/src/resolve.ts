import { canonicalJson, hashOf, type Json } from "@alienplatform/core"
import { type Contribution, type DesiredNode, type Graph, type Predecessor, Ref, topological } from "./graph.ts"
import type { Props } from "./node-type.ts"
import { complete, identityOf, sameSent, seal, traitsOf } from "./props.ts"
import type { ObjectRow } from "./row.ts"

/** One contribution, with every reference answered. */
export interface WantedPart {
  props: Json
  dependencies: string[]
}

/** What a node should be today, with every reference answered. */
export interface Wanted {
  /** Completed with defaults; `parts` merged in, other people's entries not. */
  props: Props
  /** The same with secrets as keyed hashes: what is stored. */
  sealed: Props
  dependencies: string[]
  /** Contributions that are ready, by key, parked ones included. */
  parts: Record<string, WantedPart>
  /** Every key that is still desired, ready or not. */
  desiredParts: string[]
  /** Hash over all of it: a decision holds until it changes. */
  fingerprint: string
}

/** A node of today's graph against the rows. */
export interface Resolved {
  desired: DesiredNode
  /** Hash of the replacing props, when they are known. */
  of: string | undefined
  /** The not-doomed row with that hash. */
  row: ObjectRow | undefined
  /** Absent while a reference cannot be used; the node is then left as it is. */
  wanted: Wanted | undefined
  blockedBy: string[]
  /** Others may build on it: settled, with today's props. */
  usable: boolean
}

/** Stands in a plan for a value that only the run will know. */
export interface After {
  $after: string
}

/**
 * Answers references from the rows; one pass in dependency order. Pure. With `preview` nothing blocks: what the
 * rows cannot answer is `{$after: node}`, which differs from everything.
 */
export function resolve(
  graph: Graph,
  rows: Iterable<ObjectRow>,
  secretKey: Uint8Array,
  { preview = false }: { preview?: boolean } = {},
): Map<string, Resolved> {
  const byNode = Map.groupBy(rows, (row) => row.node)
  const resolved = new Map<string, Resolved>()
  for (const desired of topological(graph)) {
    resolved.set(
      desired.node,
      resolveNode(desired, byNode.get(desired.node) ?? [], { graph, byNode, resolved, secretKey, preview }),
    )
  }
  return resolved
}

interface Scope {
  graph: Graph
  byNode: ReadonlyMap<string, ObjectRow[]>
  resolved: ReadonlyMap<string, Resolved>
  secretKey: Uint8Array
  preview: boolean
}

function resolveNode(desired: DesiredNode, rows: readonly ObjectRow[], scope: Scope): Resolved {
  const { type } = desired
  const answers = answer(desired, scope)
  const known = complete(type, answers.value as Props)
  const of = replacingPropsKnown(desired, answers.unknownProps)
    ? identityOf(type, seal(type, known, scope.secretKey))
    : undefined
  const row =
    of === undefined ? undefined : newest(rows.filter((candidate) => !candidate.doomed && candidate.of === of))
  if (answers.blockedBy.size > 0) {
    return { desired, of, row, wanted: undefined, blockedBy: [...answers.blockedBy], usable: false }
  }
  const parts = resolveParts(desired, scope)
  const { parts: field } = traitsOf(type)
  const merged = field ? { ...known, [field]: mergeParts(parts, Object.keys(desired.parts), row) } : known
  const sealed = seal(type, merged, scope.secretKey)
  const dependencies = [...answers.dependencies].sort()
  const wanted: Wanted = {
    props: merged,
    sealed,
    dependencies,
    parts,
    desiredParts: Object.keys(desired.parts).sort(),
    fingerprint: hashOf([sealed, dependencies, Object.keys(desired.parts).sort()]),
  }
  return { desired, of, row, wanted, blockedBy: [], usable: row !== undefined && isUsable(row, wanted, desired) }
}

const isUsable = (row: ObjectRow, wanted: Wanted, { type }: DesiredNode): boolean =>
  row.status === "settled" && !row.call?.open && row.operation === null && sameSent(type, row.props, wanted.sealed)

const newest = (rows: readonly ObjectRow[]): ObjectRow | undefined =>
  rows.reduce<ObjectRow | undefined>(
    (best, row) => (!best || row.incarnation > best.incarnation ? row : best),
    undefined,
  )

/** With `replaceOn` as names only those props matter; a function may look at any. */
function replacingPropsKnown({ type }: DesiredNode, unknown: ReadonlySet<string>): boolean {
  const { replaceOn } = traitsOf(type)
  if (!replaceOn) return true
  return typeof replaceOn === "function" ? unknown.size === 0 : !replaceOn.some((name) => unknown.has(name))
}

interface Answers {
  value: unknown
  dependencies: Set<string>
  blockedBy: Set<string>
  /** Top-level props that contain an unanswered reference. */
  unknownProps: Set<string>
}

function answer({ props, after }: Pick<DesiredNode | Contribution, "props" | "after">, scope: Scope): Answers {
  const dependencies = new Set<string>()
  const blockedBy = new Set<string>()
  const unknownProps = new Set<string>()
  let prop = ""
  const block = (node: string) => {
    blockedBy.add(node)
    unknownProps.add(prop)
    return undefined
  }
  const walk = (value: unknown): unknown => {
    if (value instanceof Ref) return reference(value, scope, dependencies, block)
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member)]))
  }
  const value = Object.fromEntries(
    Object.entries(props).map(([key, member]) => {
      prop = key
      return [key, walk(member)]
    }),
  )
  for (const other of after) if (!precedes(other, scope, dependencies)) blockedBy.add(other.node)
  return { value, dependencies, blockedBy, unknownProps }
}

/** The value of one reference; calls `block` where it cannot be used yet. */
function reference(ref: Ref, scope: Scope, dependencies: Set<string>, block: (node: string) => undefined): unknown {
  if (ref.level === "name") return predicted(ref, scope) ?? (scope.preview ? after(ref.node) : block(ref.node))
  const target = scope.resolved.get(ref.node)
  const row = target?.row
  const value = row?.attributes[ref.attribute]
  if (scope.preview) return value === undefined || (target && readsUnknown(target)) ? after(ref.node) : value
  const reached = ref.level === "exists" ? row?.id !== null : target?.usable && partTaken(target, ref.part)
  if (!target || !row || !reached || value === undefined) return block(ref.node)
  for (const object of standsOn(target, row)) dependencies.add(object)
  return value
}

/** A gate or lookup has no object of its own: whoever builds on it builds on what it looked at. */
const standsOn = ({ desired }: Resolved, row: ObjectRow): string[] =>
  desired.type.kind === "object" ? [row.object] : [row.object, ...row.dependencies]

/** A lookup or gate of something that only the run will know answers nothing before. */
const readsUnknown = ({ desired, wanted }: Resolved): boolean =>
  desired.type.kind !== "object" && canonicalJson(wanted?.props).includes('"$after"')

const after = (node: string): After => ({ $after: node })

/** What the newest object answered, or else what follows from its name. */
function predicted(ref: Ref, { graph, byNode }: Scope): unknown {
  const row = newest((byNode.get(ref.node) ?? []).filter((candidate) => !candidate.doomed))
  const known = row?.attributes[ref.attribute]
  const desired = graph.nodes.get(ref.node)
  if (known !== undefined || !desired) return known
  const plain = Object.fromEntries(Object.entries(desired.props).filter(([, value]) => !containsRef(value)))
  return traitsOf(desired.type).predict?.({ name: row?.name ?? desired.name, props: complete(desired.type, plain) })[
    ref.attribute
  ]
}

const containsRef = (value: unknown): boolean =>
  value instanceof Ref || (typeof value === "object" && value !== null && Object.values(value).some(containsRef))

function precedes(other: Predecessor, { resolved, preview }: Scope, dependencies: Set<string>): boolean {
  if (preview) return true
  const target = resolved.get(other.node)
  if (!target?.usable || !target.row || !partTaken(target, other.part)) return false
  for (const object of standsOn(target, target.row)) dependencies.add(object)
  return true
}

/** Was this part accepted, with the props that it wants today? */
function partTaken({ row, wanted }: Resolved, part: string | undefined): boolean {
  if (part === undefined) return true
  const sent = row?.parts[part]
  const ready = wanted?.parts[part]
  return (
    sent !== undefined &&
    ready !== undefined &&
    !sent.parked &&
    canonicalJson(sent.props) === canonicalJson(ready.props)
  )
}

function resolveParts(desired: DesiredNode, scope: Scope): Record<string, WantedPart> {
  const ready: Record<string, WantedPart> = {}
  for (const key of Object.keys(desired.parts).sort()) {
    const contribution = desired.parts[key]
    if (!contribution) continue
    const answers = answer(contribution, scope)
    if (answers.blockedBy.size > 0) continue
    ready[key] = { props: answers.value as Json, dependencies: [...answers.dependencies].sort() }
  }
  return ready
}

/** Ready parts as wanted; a part that is not ready, or parked, as last sent; what is not desired is left out. */
function mergeParts(
  ready: Record<string, WantedPart>,
  desired: readonly string[],
  row: ObjectRow | undefined,
): Record<string, Json> {
  const merged: Record<string, Json> = {}
  for (const key of [...desired].sort()) {
    const sent = row?.parts[key]
    const part = ready[key]
    if (part && sent?.parked !== hashOf(part.props)) merged[key] = part.props
    else if (sent && sent.props !== null) merged[key] = sent.props
  }
  return merged
}
