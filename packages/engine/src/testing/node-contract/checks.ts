import assert from "node:assert/strict"
import { problem } from "@alienplatform/core"
import type { Sent } from "../../declare/sent.ts"
import { traitsOf } from "../../declare/traits-of.ts"
import type { VerbHook, VerbMoment } from "./ledger.ts"
import type { Inputs, NodeDeployment } from "./node-deployment.ts"
import { findNonJson } from "./plain-json.ts"

/** Deploys and expects the node to be settled, with exactly one object. */
export async function expectSettled<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  desired: Partial<Inputs<P>> = {},
  hook?: VerbHook,
): Promise<void> {
  const { outcome } = await deployment.converge(desired, hook)
  assert.equal(outcome, "settled", await deployment.describe())
  const { id } = await deployment.reading()
  assert.deepEqual(await deployment.existingIds(), [id], "there is exactly one object")
  const { props, wanted } = {
    props: (await deployment.reading()).props,
    wanted: (await deployment.wantedProps(desired)).props,
  }
  const { initial, lazy, secret } = traitsOf(deployment.type)
  for (const name of Object.keys(props) as (keyof P & string)[]) {
    if (initial.has(name) || lazy.has(name) || secret.has(name)) continue
    assert.deepEqual(props[name], wanted[name], `${name} reads as it was asked for`)
  }
}

/** Destroys and expects that nothing is left, on record or in the cloud. */
export async function expectNothingLeft<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
): Promise<void> {
  const { outcome, rows } = await deployment.converge(null)
  assert.equal(outcome, "destroyed", await deployment.describe())
  assert.deepEqual(rows, [])
  assert.deepEqual(await deployment.existingIds(true), [], "no object is left")
}

/** Runs again and expects no write and no mutating call. */
export async function expectOnlyReads<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
): Promise<void> {
  await expectSettled(deployment)
  const before = { writes: deployment.store.writes, mutations: deployment.ledger.mutations }
  const reads = deployment.ledger.calls("read", deployment.type.type)
  await expectSettled(deployment)
  assert.deepEqual({ writes: deployment.store.writes, mutations: deployment.ledger.mutations }, before)
  assert.ok(deployment.ledger.calls("read", deployment.type.type) > reads, "it is looked at again")
}

/** Expects `read` to find nothing before the create and after the delete, by name, mark, props or old address. */
export async function expectAbsenceRead<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
): Promise<void> {
  await deployment.converge("needs")
  assert.equal(await deployment.read(await deployment.wantedProps()), undefined)
  await expectSettled(deployment)
  const { props, name } = await deployment.wantedProps()
  const { id } = await deployment.reading()
  await expectNothingLeft(deployment)
  assert.equal(await deployment.read({ id, props, name }), undefined, "it reads as nothing by its old address")
}

/** Expects a reading to be plain JSON, and predicted attributes to be right. */
export async function expectPlainReading<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
): Promise<void> {
  await expectSettled(deployment)
  const { id, props, attributes } = await deployment.reading()
  assert.ok(id !== "")
  assert.equal(findNonJson(props), undefined, "props are plain JSON")
  assert.equal(findNonJson(attributes), undefined, "attributes are plain JSON")
  const wanted = await deployment.wantedProps()
  const { name } = await deployment.row()
  const foretold = deployment.type.predict?.({ name, props: wanted.props, target: {} }) ?? {}
  for (const [attribute, value] of Object.entries(foretold))
    assert.deepEqual((attributes as Record<string, unknown>)[attribute], value, `${attribute} is as foretold`)
}

/** Deletes the object by hand and expects it to be created again, once. */
export async function expectRecreated<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
): Promise<void> {
  await expectSettled(deployment)
  await deleteByHand(deployment)
  await expectSettled(deployment)
  await expectNothingLeft(deployment)
}

/** Expects the delete verb to accept an object that is being deleted and one that is gone. */
export async function expectSecondDeleteTaken<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
): Promise<void> {
  await expectSettled(deployment)
  const repeat = await deleteByHand(deployment)
  await repeat()
}

async function deleteByHand<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
): Promise<() => Promise<unknown>> {
  const observed = await deployment.reading()
  const { props, name } = await deployment.wantedProps()
  const { id } = observed
  const repeat = () =>
    deployment.type.delete({ ...deployment.context, id, props: props as Sent<P>, observed, token: "contract-delete" })
  await repeat()
  await repeat()
  await deployment.waitUntil(
    () => deployment.read({ id, props, name }),
    (reading) => reading === undefined,
  )
  return repeat
}

/** Kills the process at a call and expects the next one to end with exactly one object, or with none. */
export async function expectCrashSurvived<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  verb: "create" | "update" | "delete",
  when: VerbMoment["when"],
  change: Partial<Inputs<P>> = {},
): Promise<void> {
  const desired = verb === "update" ? change : {}
  if (verb !== "create") await expectSettled(deployment)
  await deployment.crash(verb === "delete" ? null : desired, verb, when)
  if (verb !== "delete") await expectSettled(deployment, desired)
  await expectNothingLeft(deployment)
}

/** Loses the answer of the create and expects exactly one object in the end. */
export async function expectLostAnswerSurvived<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
): Promise<void> {
  await deployment.crash({}, "create", "after")
  let lost = 0
  await expectSettled(deployment, {}, ({ verb, when, type }) => {
    if (type !== deployment.type.type || verb === "read" || verb === "poll" || when === "before" || lost++ > 0) return
    throw problem("unavailable", { message: "the connection was lost", outcome: "unknown" })
  })
  await expectNothingLeft(deployment)
}

/** Changes props and expects the same object with them, without a create or delete. */
export async function expectChangedInPlace<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  change: Partial<Inputs<P>>,
): Promise<void> {
  await expectSettled(deployment)
  const { id } = await deployment.reading()
  const counts = () => [deployment.ledger.calls("create"), deployment.ledger.calls("delete")]
  const before = counts()
  const updates = deployment.ledger.calls("update")
  await expectSettled(deployment, change)
  assert.equal((await deployment.reading()).id, id)
  assert.deepEqual(counts(), before, "nothing is made or deleted")
  assert.ok(deployment.ledger.calls("update") > updates, "it is updated")
  await expectNothingLeft(deployment)
}

/** Changes props and expects another object, with the old one gone. */
export async function expectReplaced<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  replace: Partial<Inputs<P>>,
): Promise<void> {
  await expectSettled(deployment)
  const old = await deployment.row()
  const creates = deployment.ledger.calls("create", deployment.type.type)
  await expectSettled(deployment, replace)
  assert.notEqual((await deployment.row()).object, old.object)
  assert.ok(deployment.ledger.calls("create", deployment.type.type) > creates)
  await expectNothingLeft(deployment)
}

export async function expectRepaired<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  drift: (args: { id: string; context: C }) => void | Promise<void>,
): Promise<void> {
  await expectSettled(deployment)
  const before = deployment.ledger.mutations
  const { id } = await deployment.reading()
  await drift({ id, context: deployment.context })
  await expectSettled(deployment)
  assert.ok(deployment.ledger.mutations > before, "drift causes a call")
  await expectNothingLeft(deployment)
}

/** Changes the object by calling the type's `update`, as somebody else would. */
export async function changeByHand<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  change: Partial<Inputs<P>>,
): Promise<void> {
  const observed = await deployment.reading()
  const { props, name } = await deployment.wantedProps(change)
  const owner = await deployment.owner()
  const { id } = observed
  await deployment.type.update?.({
    ...deployment.context,
    id,
    props,
    name,
    owner,
    observed,
    changed: Object.keys(change),
    token: "contract-update",
  })
}
