import assert from "node:assert/strict"
import type { Operation } from "../../declare/node-type.ts"
import type { Owner, Reading } from "../../declare/reading.ts"
import { traitsOf } from "../../declare/traits-of.ts"
import type { Bed, Inputs } from "./bed.ts"
import { NODE } from "./bed.ts"

const OTHER: Owner = {
  installation: "ins_other000000000",
  deployment: "dep_other000000000",
  node: NODE,
  incarnation: 1,
}

/**
 * An object of another owner with our name and props is there first: where the cloud keeps such names unique ours is
 * refused with `name_taken`, elsewhere it gets one of its own. Theirs stays as it is, and stays when ours goes.
 */
export async function leavesForeignAlone<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  change: Partial<Inputs<P>> = {},
): Promise<void> {
  await bed.converge("needs")
  const theirs = await createTheirs(bed, change)
  const before = await theirs()
  const { outcome } = await bed.converge(change)
  const row = await bed.row()
  if (traitsOf(bed.type).repeatable) {
    assert.equal(outcome, "failed", await bed.describe())
    assert.equal(row.state.status, "parked")
    assert.equal(row.state.why?.code, "name_taken")
    assert.equal(bed.ledger.mutations, bed.ledger.calls("create") - bed.ledger.calls("create", bed.type.type))
  } else {
    assert.equal(outcome, "settled", await bed.describe())
    assert.notEqual(row.id, before?.id)
  }
  assert.deepEqual(await theirs(), before, "theirs is untouched")
  // What both need is kept, or theirs would hold it.
  const left = await bed.converge("needs")
  assert.ok(
    left.rows.every(({ node }) => node !== NODE),
    await bed.describe(),
  )
  assert.deepEqual(await theirs(), before, "theirs stays")
}

/** Answers with a way to look at it. */
async function createTheirs<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  change: Partial<Inputs<P>>,
): Promise<() => Promise<Reading<P, A> | undefined>> {
  const { props, name } = await bed.wanted(change)
  const { type, context } = bed
  let id: string | undefined
  const read = () => bed.read({ ...(id === undefined ? {} : { id }), props, name, owner: OTHER })
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
    if (answer?.operation !== undefined) await ended(bed, answer.operation)
  }
  const observed = await bed.eventually(read, (reading) => reading !== undefined && reading.status !== "changing")
  if (!observed) throw new Error(`theirs of ${type.type} never came`)
  id = observed.id
  if (traitsOf(type).mark === "later")
    await type.update?.({ ...context, id, props, name, owner: OTHER, observed, changed: ["owner"], token: "theirs" })
  return read

  async function visible(made: string | undefined) {
    return made !== undefined || (await read()) !== undefined
  }
}

async function ended<P extends object, A extends object, C extends object>(
  bed: Bed<P, A, C>,
  operation: Operation,
): Promise<void> {
  await bed.eventually(
    async () => bed.type.poll?.({ ...bed.context, operation }),
    (polled) => polled !== "running",
  )
}
