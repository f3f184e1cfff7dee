import type { Graph } from "../../declare/graph.ts"
import type { ObjectType } from "../../declare/node-type.ts"
import { traitsOf } from "../../declare/traits-of.ts"
import { Bed, type Inputs, type Opened } from "./bed.ts"
import {
  changedByHand,
  changesInPlace,
  deletesTwice,
  leavesNothing,
  madeAgain,
  onlyReads,
  readsAbsence,
  readsPlainly,
  repairs,
  replaces,
  settles,
  survives,
  survivesLostAnswer,
} from "./checks.ts"
import { leavesForeignAlone } from "./foreign.ts"
import { type AskServing, servesUntilDestroyed } from "./serving.ts"

export interface NodeContract<P extends object, A extends object, C extends object> {
  /** An empty cloud for one test; disposed of after it. */
  open(): Opened<C> | Promise<Opened<C>>
  /**
   * Props of the node. As a function it may add what the node needs to the graph, and refer to it. The entries of a
   * prop that holds parts become contributions.
   */
  given: Inputs<P> | ((scene: { graph: Graph; context: C }) => Inputs<P>)
  /** Other values of props that change in place. */
  change?: Partial<Inputs<P>>
  /** Other values of props that need another object. */
  replace?: Partial<Inputs<P>>
  /** Changes the object behind our back. Default: somebody sends `change`, where that can be read back. */
  drift?: (args: { id: string; context: C; bed: Bed<P, A, C> }) => void | Promise<void>
  /**
   * Props under which somebody else's object is met. Default: the given ones. Types that carry no mark need them, to
   * name a parent that is not ours; without them such a type's objects are its parent's and nothing is tested.
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

/** Of a shared prop somebody changes the entries that are ours; nothing where the change adds others only. */
function ofOurEntries<P extends object, A extends object, C extends object>(
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

/** The tests that every node type of every provider passes. Call it in a Vitest file. */
export function nodeContract<P extends object, A extends object, C extends object, D extends C = C>(
  type: ObjectType<P, A, C>,
  contract: NodeContract<P, A, D>,
): void {
  if (!runner) throw new Error("nodeContract is called outside Vitest")
  const { describe, test } = runner
  const { change, replace, drift, foreign, given, serves } = contract
  const it = (name: string, check: (bed: Bed<P, A, D>, skip: (note: string) => void) => Promise<void>) =>
    test(`it ${name}`, async ({ skip }) => {
      await using disposal = new AsyncDisposableStack()
      const opened = await contract.open()
      disposal.defer(async () => opened[Symbol.asyncDispose]?.())
      await check(new Bed(type, opened, typeof given === "function" ? given : () => given), skip)
    })
  const crashes = (verb: "create" | "update" | "delete") => {
    it(`comes to one object when the process dies before its ${verb}`, (bed) => survives(bed, verb, "before", change))
    it(`comes to one object when the process dies after its ${verb}`, (bed) => survives(bed, verb, "after", change))
  }

  describe(type.type, () => {
    it("is created, settles, and leaves nothing when it is destroyed", async (bed) => {
      await settles(bed)
      await leavesNothing(bed)
    })
    if (serves) it("serves until it is destroyed", (bed) => servesUntilDestroyed(bed, serves))
    it("is only read by a second run", onlyReads)
    it("reads as nothing before it is there and after it is gone", readsAbsence)
    it("reads as plain JSON, with the attributes that follow from its name", readsPlainly)
    it("is made again when somebody deleted it", madeAgain)
    it("may be deleted twice", deletesTwice)
    crashes("create")
    crashes("delete")
    it("comes to one object when answers are lost", survivesLostAnswer)
    if (traitsOf(type).mark !== "never" || foreign)
      it("leaves another owner's object alone", (bed) => leavesForeignAlone(bed, foreign))
    if (replace) it("is replaced by another object, and the old one goes", (bed) => replaces(bed, replace))
    if (change) {
      it("is changed in place", (bed) => changesInPlace(bed, change))
      crashes("update")
    }
    if (drift) it("is repaired", (bed) => repairs(bed, ({ id, context }) => drift({ id, context, bed })))
    else if (change && type.update)
      it("is repaired when somebody changed it", async (bed, skip) => {
        await settles(bed)
        const { props } = await bed.reading()
        if (!Object.keys(change).some((name) => name in props)) return skip("its props cannot be read back")
        const byHand = ofOurEntries(type, change, props)
        if (!byHand) return skip("an entry that somebody adds is theirs, and stays")
        await repairs(bed, () => changedByHand(bed, byHand))
      })
  })
}
