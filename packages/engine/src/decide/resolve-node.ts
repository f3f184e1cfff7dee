import { canonicalJson, hashOf, type Json } from "@alienplatform/core"
import type { DesiredNode } from "../declare/graph.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { mergeDependencies, sortDependencies } from "../record/dependencies.ts"
import type { ObjectRow } from "../record/row.ts"
import { completeProps, identityHash, seal } from "../record/seal.ts"
import { type AnswerScope, answerProps, isPartAccepted } from "./references.ts"
import type { Resolved, Wanted, WantedPart } from "./wanted.ts"

export interface ResolveScope extends AnswerScope {
  /** Other nodes of the graph that a part with this key is declared on. */
  otherHomes(node: string, key: string): readonly Resolved[]
}

/** Answers one node's references from the rows and finds the row of its wanted object. Pure. */
export function resolveNode(desired: DesiredNode, scope: ResolveScope): Resolved {
  const { type, node } = desired
  const { replacing, parts: field } = traitsOf(type)
  const rows = scope.rowsOf(node).filter(({ doomed, twin }) => !doomed && !twin)
  const lastSent = newestRow(rows.filter(({ props }) => props !== null))?.props
  const answers = answerProps(desired, { node, replacing: new Set(replacing), lastSent }, scope)
  const known = completeProps(type, answers.value)
  const of = replacing.some((name) => answers.unknownProps.has(name))
    ? undefined
    : identityHash(type, seal(type, known, scope.secretKey))
  const row = of === undefined ? undefined : newestRow(rows.filter((candidate) => candidate.of === of))
  if (answers.blockedBy.size > 0)
    return { desired, identityHash: of, row, wanted: undefined, blockedBy: [...answers.blockedBy], usable: false }

  const { parts, blockedBy: partsBlockedBy } = resolveParts(desired, row, scope)
  const desiredParts = Object.keys(desired.parts).sort()
  const leavingParts = leavingKeys(desired, row, scope)
  const merged = field ? { ...known, [field]: mergeParts(parts, [...desiredParts, ...leavingParts], row) } : known
  const sealed = seal(type, merged, scope.secretKey)
  const dependencies = answers.kept
    ? mergeDependencies(answers.dependencies, row?.dependencies ?? {})
    : sortDependencies(answers.dependencies)
  const wanted: Wanted = {
    props: merged,
    sealed,
    dependencies,
    parts,
    partsBlockedBy,
    desiredParts,
    leavingParts,
    fingerprint: hashOf([sealed, dependencies, desiredParts, leavingParts]),
  }
  return {
    desired,
    identityHash: of,
    row,
    wanted,
    blockedBy: [],
    usable: row !== undefined && isUsable(row, wanted, type),
  }
}

const isUsable = (row: ObjectRow, wanted: Wanted, type: AnyNodeType): boolean =>
  row.state.status === "settled" &&
  !row.call?.open &&
  row.operation === null &&
  isSentAsWanted(type, row.props, wanted.sealed)

/** Do the props last sent equal the wanted ones, `lazy` and `initial` props and parts aside? */
export const isSentAsWanted = (type: AnyNodeType, sent: Props | null, wanted: Props): boolean => {
  if (!sent) return false
  const { lazy, initial, parts } = traitsOf(type)
  const decisive = (props: Props) =>
    canonicalJson(
      Object.fromEntries(
        Object.entries(props).filter(([name]) => !lazy.has(name) && !initial.has(name) && name !== parts),
      ),
    )
  return decisive(sent) === decisive(wanted)
}

const newestRow = (rows: readonly ObjectRow[]): ObjectRow | undefined =>
  rows.reduce<ObjectRow | undefined>(
    (best, row) => (!best || row.incarnation > best.incarnation ? row : best),
    undefined,
  )

function resolveParts(desired: DesiredNode, row: ObjectRow | undefined, scope: AnswerScope) {
  const parts: Record<string, WantedPart> = {}
  const blockedBy: Record<string, string[]> = {}
  for (const key of Object.keys(desired.parts).sort()) {
    const contribution = desired.parts[key]
    if (!contribution) continue
    const sent = row?.parts[key]
    const answers = answerProps(contribution, { node: desired.node, lastSent: sent?.props }, scope)
    if (answers.blockedBy.size > 0) blockedBy[key] = [...answers.blockedBy]
    else
      parts[key] = {
        props: answers.value as Json,
        dependencies: answers.kept
          ? mergeDependencies(answers.dependencies, sent?.dependencies ?? {})
          : sortDependencies(answers.dependencies),
      }
  }
  return { parts, blockedBy }
}

/** Does another shared node take over this entry, but not serve it yet? Until then the entry stays here. */
export const isAwaitedElsewhere = (
  { node, parts }: Pick<ObjectRow, "node" | "parts">,
  key: string,
  { otherHomes }: Pick<ResolveScope, "otherHomes">,
): boolean => {
  if ((parts[key]?.props ?? null) === null || parts[key]?.leaving) return false
  const homes = otherHomes(node, key)
  return homes.length > 0 && !homes.some((home) => isServed(home, key))
}

/** Is the other node settled with the entry? */
const isServed = (home: Resolved, key: string): boolean => home.usable && isPartAccepted(home, key)

const leavingKeys = (desired: DesiredNode, row: ObjectRow | undefined, scope: ResolveScope): string[] =>
  row
    ? Object.keys(row.parts)
        .filter((key) => !(key in desired.parts) && isAwaitedElsewhere(row, key, scope))
        .sort()
    : []

/** Merges parts by key: ready ones as wanted, others as last sent, those no longer desired left out. */
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
