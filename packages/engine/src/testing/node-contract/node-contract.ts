import type { Graph } from "../../declare/graph.ts"
import type { ObjectType } from "../../declare/node-type.ts"
import { traitsOf } from "../../declare/traits-of.ts"
import {
  changeByHand,
  expectAbsenceRead,
  expectChangedInPlace,
  expectCrashSurvived,
  expectLostAnswerSurvived,
  expectNothingLeft,
  expectOnlyReads,
  expectPlainReading,
  expectRecreated,
  expectRepaired,
  expectReplaced,
  expectSecondDeleteTaken,
  expectSettled,
} from "./checks.ts"
import { expectForeignUntouched } from "./foreign.ts"
import { type Inputs, NodeDeployment, type OpenedCloud } from "./node-deployment.ts"
import { type AskServing, expectServingUntilDestroyed } from "./serving.ts"

export interface NodeContract<P extends object, A extends object, C extends object> {
  /** Opens an empty cloud for one test; disposed of after it. */
  open(): OpenedCloud<C> | Promise<OpenedCloud<C>>
  /**
   * Props of the node. A function may add nodes that it needs to the graph and refer to them. Entries of a prop that
   * holds parts become contributions.
   */
  given: Inputs<P> | ((scene: { graph: Graph; context: C }) => Inputs<P>)
  /** Values of props that change in place. */
  change?: Partial<Inputs<P>>
  /** Values of props that require a replacement. */
  replace?: Partial<Inputs<P>>
  /**
   * Changes the object behind the engine's back. Default: `change` through the type's `update`, where it can be read
   * back.
   */
  drift?: (args: { id: string; context: C; deployment: NodeDeployment<P, A, C> }) => void | Promise<void>
  /**
   * Props of somebody else's object. Default: the given ones. Types without marks need them to name a foreign parent;
   * without them the test is skipped for such types.
   */
  foreign?: Partial<Inputs<P>>
  /**
   * Asks the running thing behind a settled object of `given`; it has to throw where nothing serves. Without it a type passes
   * whose object the cloud keeps and nobody serves.
   */
  serves?: AskServing<P, A, C>
}

// Benchmarks import the folder outside Vitest, where importing `vitest` throws.
const runner = process.env.VITEST === undefined ? undefined : await import("vitest").catch(() => undefined)

/** Reduces a change of a shared prop to entries that are ours; undefined when it only adds others. */
function ourEntriesOnly<P extends object, A extends object, C extends object>(
  type: ObjectType<P, A, C>,
  change: Partial<Inputs<P>>,
  found: Partial<P>,
): Partial<Inputs<P>> | undefined {
  const { parts } = type
  if (!parts || !(parts in change)) return change
  const ours = (found[parts] ?? {}) as Record<string, unknown>
  const entries = Object.entries(change[parts] as Record<string, unknown>).filter(([key]) => key in ours)
  const changed = { ...ours, ...Object.fromEntries(entries) }
  return JSON.stringify(changed) === JSON.stringify(ours) ? undefined : { ...change, [parts]: changed }
}

/** Declares the tests that every node type must pass. Call it in a Vitest file. */
export function nodeContract<P extends object, A extends object, C extends object, D extends C = C>(
  type: ObjectType<P, A, C>,
  contract: NodeContract<P, A, D>,
): void {
  if (!runner) throw new Error("nodeContract is called outside Vitest")
  const { describe, test } = runner
  const { change, replace, drift, foreign, given, serves } = contract
  const it = (
    name: string,
    check: (deployment: NodeDeployment<P, A, D>, skip: (note: string) => void) => Promise<void>,
  ) =>
    test(`it ${name}`, async ({ skip }) => {
      await using disposal = new AsyncDisposableStack()
      const opened = await contract.open()
      disposal.defer(async () => opened[Symbol.asyncDispose]?.())
      await check(new NodeDeployment(type, opened, typeof given === "function" ? given : () => given), skip)
    })
  const crashes = (verb: "create" | "update" | "delete") => {
    it(`comes to one object when the process dies before its ${verb}`, (deployment) =>
      expectCrashSurvived(deployment, verb, "before", change))
    it(`comes to one object when the process dies after its ${verb}`, (deployment) =>
      expectCrashSurvived(deployment, verb, "after", change))
  }

  describe(type.type, () => {
    it("is created, settles, and leaves nothing when it is destroyed", async (deployment) => {
      await expectSettled(deployment)
      await expectNothingLeft(deployment)
    })
    if (serves) it("serves until it is destroyed", (deployment) => expectServingUntilDestroyed(deployment, serves))
    it("is only read by a second run", expectOnlyReads)
    it("reads as nothing before it is there and after it is gone", expectAbsenceRead)
    it("reads as plain JSON, with the attributes that follow from its name", expectPlainReading)
    it("is made again when somebody deleted it", expectRecreated)
    it("may be deleted twice", expectSecondDeleteTaken)
    crashes("create")
    crashes("delete")
    it("comes to one object when answers are lost", expectLostAnswerSurvived)
    if (traitsOf(type).mark !== "never" || foreign)
      it("leaves another owner's object alone", (deployment) => expectForeignUntouched(deployment, foreign))
    if (replace)
      it("is replaced by another object, and the old one goes", (deployment) => expectReplaced(deployment, replace))
    if (change) {
      it("is changed in place", (deployment) => expectChangedInPlace(deployment, change))
      crashes("update")
    }
    if (drift)
      it("is repaired", (deployment) =>
        expectRepaired(deployment, ({ id, context }) => drift({ id, context, deployment })))
    else if (change && type.update)
      it("is repaired when somebody changed it", async (deployment, skip) => {
        await expectSettled(deployment)
        const { props } = await deployment.reading()
        if (!Object.keys(change).some((name) => name in props)) return skip("its props cannot be read back")
        const byHand = ourEntriesOnly(type, change, props)
        if (!byHand) return skip("an entry that somebody adds is theirs, and stays")
        await expectRepaired(deployment, () => changeByHand(deployment, byHand))
      })
  })
}
