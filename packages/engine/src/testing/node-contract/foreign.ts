import assert from "node:assert/strict"
import type { Operation } from "../../declare/node-type.ts"
import type { Owner, Reading } from "../../declare/reading.ts"
import { traitsOf } from "../../declare/traits-of.ts"
import type { Inputs, NodeDeployment } from "./node-deployment.ts"
import { NODE } from "./node-deployment.ts"

const OTHER: Owner = {
  installation: "ins_other000000000",
  deployment: "dep_other000000000",
  node: NODE,
  incarnation: 1,
}

/**
 * Creates another owner's object with our name and props first. Where the cloud keeps such names unique, expects ours
 * to be refused with `name_taken`, elsewhere to be created beside it. Theirs must stay unchanged, also when ours is
 * deleted.
 */
export async function expectForeignUntouched<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  change: Partial<Inputs<P>> = {},
): Promise<void> {
  await deployment.converge("needs")
  const theirs = await createTheirs(deployment, change)
  const before = await theirs()
  const { outcome } = await deployment.converge(change)
  const row = await deployment.row()
  if (traitsOf(deployment.type).repeatable) {
    assert.equal(outcome, "failed", await deployment.describe())
    assert.equal(row.state.status, "parked")
    assert.equal(row.state.why?.code, "name_taken")
    assert.equal(
      deployment.ledger.mutations,
      deployment.ledger.calls("create") - deployment.ledger.calls("create", deployment.type.type),
    )
  } else {
    assert.equal(outcome, "settled", await deployment.describe())
    assert.notEqual(row.id, before?.id)
  }
  assert.deepEqual(await theirs(), before, "theirs is untouched")
  // What both need is kept, or theirs would hold it.
  const left = await deployment.converge("needs")
  assert.ok(
    left.rows.every(({ node }) => node !== NODE),
    await deployment.describe(),
  )
  assert.deepEqual(await theirs(), before, "theirs stays")
}

/** Creates another owner's object; returns a function that reads it. */
async function createTheirs<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  change: Partial<Inputs<P>>,
): Promise<() => Promise<Reading<P, A> | undefined>> {
  const { props, name } = await deployment.wanted(change)
  const { type, context } = deployment
  let id: string | undefined
  const read = () => deployment.read({ ...(id === undefined ? {} : { id }), props, name, owner: OTHER })
  // A create may be accepted and fail later; whoever made theirs tried until it was there.
  for (let tries = 0; tries < 3 && !(await visible(id)); tries += 1) {
    const answer = await type.create({
      ...context,
      props,
      name,
      owner: OTHER,
      token: `theirs-${tries}`,
    })
    id = answer?.id
    if (answer?.operation !== undefined) await waitForOperation(deployment, answer.operation)
  }
  const observed = await deployment.eventually(
    read,
    (reading) => reading !== undefined && reading.status !== "changing",
  )
  if (!observed) throw new Error(`theirs of ${type.type} never came`)
  id = observed.id
  if (traitsOf(type).mark === "later")
    await type.update?.({ ...context, id, props, name, owner: OTHER, observed, changed: ["owner"], token: "theirs" })
  return read

  async function visible(made: string | undefined) {
    return made !== undefined || (await read()) !== undefined
  }
}

async function waitForOperation<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  operation: Operation,
): Promise<void> {
  await deployment.eventually(
    async () => deployment.type.poll?.({ ...deployment.context, operation }),
    (polled) => polled !== "running",
  )
}
