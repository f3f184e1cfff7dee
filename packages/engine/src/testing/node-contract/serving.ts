import assert from "node:assert/strict"
import type { Graph } from "../../declare/graph.ts"
import type { ObjectType } from "../../declare/node-type.ts"
import { expectNothingLeft, expectSettled } from "./checks.ts"
import { type Inputs, NodeDeployment, type OpenedCloud } from "./node-deployment.ts"

/** A settled object, for whoever asks the running thing behind it. */
export interface ServingObject<P, A, C> {
  id: string
  props: P
  /** Attributes as they were read. */
  attributes: Partial<A>
  context: C
}

/**
 * Asks the running thing itself, not the cloud's API: a request through the front, a connection, a process that answers.
 * Throws unless it does what the props say.
 */
export type AskServing<P, A, C> = (object: ServingObject<P, A, C>) => Promise<void>

/** Deploys an object, asks it, destroys it, and asks once more, which has to fail then. */
export async function expectServingUntilDestroyed<P extends object, A extends object, C extends object>(
  deployment: NodeDeployment<P, A, C>,
  ask: AskServing<P, A, C>,
): Promise<void> {
  await expectSettled(deployment)
  const { props } = await deployment.wantedProps()
  const { id, attributes } = await deployment.reading()
  const object = { id, props, attributes, context: deployment.context }
  await ask(object)
  await expectNothingLeft(deployment)
  await assert.rejects(async () => ask(object), "it still serves after it was destroyed")
}

/** The one check of a node type's contract that asks the running thing, outside Vitest's tree of tests. */
export async function checkServing<P extends object, A extends object, C extends object, D extends C = C>(
  type: ObjectType<P, A, C>,
  {
    open,
    given,
    serves,
  }: {
    open(): OpenedCloud<D> | Promise<OpenedCloud<D>>
    given: (scene: { graph: Graph; context: D }) => Inputs<P>
    serves: AskServing<P, A, D>
  },
): Promise<void> {
  await using disposal = new AsyncDisposableStack()
  const opened = await open()
  disposal.defer(async () => opened[Symbol.asyncDispose]?.())
  await expectServingUntilDestroyed(new NodeDeployment(type, opened, given), serves)
}
