import assert from "node:assert/strict"
import { problem } from "@alienplatform/core"
import type { Sent } from "../../declare/sent.ts"
import { traitsOf } from "../../declare/traits-of.ts"
import type { Bed, Inputs } from "./bed.ts"
import type { VerbHook, VerbMoment } from "./ledger.ts"
import { notJson } from "./plain-json.ts"

/** Deploys the wish and insists that it is settled, in one object. */
export async function settles<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  wish: Partial<Inputs<P>> = {},
  hook?: VerbHook,
): Promise<void> {
  const { outcome } = await bed.converge(wish, hook)
  assert.equal(outcome, "settled", await bed.describe())
  const { id } = await bed.reading()
  assert.deepEqual(await bed.existing(), [id], "there is exactly one object")
  const { props, wanted } = { props: (await bed.reading()).props, wanted: (await bed.wanted(wish)).props }
  const { initial, lazy, secret } = traitsOf(bed.type)
  for (const name of Object.keys(props) as (keyof P & string)[]) {
    if (initial.has(name) || lazy.has(name) || secret.has(name)) continue
    assert.deepEqual(props[name], wanted[name], `${name} reads as it was asked for`)
  }
}

/** Removes everything and insists that nothing is left, on record or in the cloud. */
export async function leavesNothing<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
): Promise<void> {
  const { outcome, rows } = await bed.converge(null)
  assert.equal(outcome, "destroyed", await bed.describe())
  assert.deepEqual(rows, [])
  assert.deepEqual(await bed.existing(true), [], "no object is left")
}

/** A run that finds all as wanted: no write, no mutating call. */
export async function onlyReads<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
): Promise<void> {
  await settles(bed)
  const before = { writes: bed.store.writes, mutations: bed.ledger.mutations }
  const reads = bed.ledger.calls("read", bed.type.type)
  await settles(bed)
  assert.deepEqual({ writes: bed.store.writes, mutations: bed.ledger.mutations }, before)
  assert.ok(bed.ledger.calls("read", bed.type.type) > reads, "it is looked at again")
}

/** Nothing there reads as nothing, by name, mark or props. */
export async function readsAbsence<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
): Promise<void> {
  await bed.converge("needs")
  assert.equal(await bed.read(await bed.wanted()), undefined)
  await settles(bed)
  const { props, name } = await bed.wanted()
  const { id } = await bed.reading()
  await leavesNothing(bed)
  assert.equal(await bed.read({ id, props, name }), undefined, "it reads as nothing by its old address")
}

/** What is read can be stored, and says what the name foretold. */
export async function readsPlainly<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
): Promise<void> {
  await settles(bed)
  const { id, props, attributes } = await bed.reading()
  assert.ok(id !== "")
  assert.equal(notJson(props), undefined, "props are plain JSON")
  assert.equal(notJson(attributes), undefined, "attributes are plain JSON")
  const wanted = await bed.wanted()
  const { name } = await bed.row()
  const foretold = bed.type.predict?.({ name, props: wanted.props, target: {} }) ?? {}
  for (const [attribute, value] of Object.entries(foretold))
    assert.deepEqual((attributes as Record<string, unknown>)[attribute], value, `${attribute} is as foretold`)
}

/** Somebody deletes the object: it is made again, once. */
export async function madeAgain<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
): Promise<void> {
  await settles(bed)
  await deletedByHand(bed)
  await settles(bed)
  await leavesNothing(bed)
}

/** The verb itself: deleting what is going, and what is gone, is no error. */
export async function deletesTwice<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
): Promise<void> {
  await settles(bed)
  const repeat = await deletedByHand(bed)
  await repeat()
}

async function deletedByHand<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
): Promise<() => Promise<unknown>> {
  const observed = await bed.reading()
  const { props, name } = await bed.wanted()
  const { id } = observed
  const repeat = () =>
    bed.type.delete({ ...bed.context, id, props: props as Sent<P>, observed, token: "contract-delete" })
  await repeat()
  await repeat()
  await bed.eventually(
    () => bed.read({ id, props, name }),
    (reading) => reading === undefined,
  )
  return repeat
}

/** The process dies at a call; the next one ends with exactly one object, or with none. */
export async function survives<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  verb: "create" | "update" | "delete",
  when: VerbMoment["when"],
  change: Partial<Inputs<P>> = {},
): Promise<void> {
  const wish = verb === "update" ? change : {}
  if (verb !== "create") await settles(bed)
  await bed.crash(verb === "delete" ? null : wish, verb, when)
  if (verb !== "delete") await settles(bed, wish)
  await leavesNothing(bed)
}

/** The create takes effect, its answer never comes, and the process lives on. */
export async function survivesLostAnswer<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
): Promise<void> {
  await bed.crash({}, "create", "after")
  let lost = 0
  await settles(bed, {}, ({ verb, when, type }) => {
    if (type !== bed.type.type || verb === "read" || verb === "poll" || when === "before" || lost++ > 0) return
    throw problem("unavailable", { message: "the connection was lost", outcome: "unknown" })
  })
  await leavesNothing(bed)
}

/** In place: the same object, other props, no create and no delete. */
export async function changesInPlace<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  change: Partial<Inputs<P>>,
): Promise<void> {
  await settles(bed)
  const { id } = await bed.reading()
  const counts = () => [bed.ledger.calls("create"), bed.ledger.calls("delete")]
  const before = counts()
  const updates = bed.ledger.calls("update")
  await settles(bed, change)
  assert.equal((await bed.reading()).id, id)
  assert.deepEqual(counts(), before, "nothing is made or deleted")
  assert.ok(bed.ledger.calls("update") > updates, "it is updated")
  await leavesNothing(bed)
}

/** Another object takes its place, and the old one is gone. */
export async function replaces<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  replace: Partial<Inputs<P>>,
): Promise<void> {
  await settles(bed)
  const old = await bed.row()
  const creates = bed.ledger.calls("create", bed.type.type)
  await settles(bed, replace)
  assert.notEqual((await bed.row()).object, old.object)
  assert.ok(bed.ledger.calls("create", bed.type.type) > creates)
  await leavesNothing(bed)
}

export async function repairs<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  drift: (args: { id: string; context: C }) => void | Promise<void>,
): Promise<void> {
  await settles(bed)
  const before = bed.ledger.mutations
  const { id } = await bed.reading()
  await drift({ id, context: bed.context })
  await settles(bed)
  assert.ok(bed.ledger.mutations > before, "drift causes a call")
  await leavesNothing(bed)
}

/** Somebody else changes the object through the cloud's own means. */
export async function changedByHand<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  change: Partial<Inputs<P>>,
): Promise<void> {
  const observed = await bed.reading()
  const { props, name } = await bed.wanted(change)
  const owner = await bed.owner()
  const { id } = observed
  await bed.type.update?.({
    ...bed.context,
    id,
    props,
    name,
    owner,
    observed,
    changed: Object.keys(change),
    token: "contract-update",
  })
}
