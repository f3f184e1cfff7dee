import type { ObjectType } from "@alienplatform/engine"
import { type AskServing, nodeContract as everyContract, type NodeContract } from "@alienplatform/engine/testing"
import type { LocalContext } from "../context.ts"

/** The types that are held to the contract so far. */
export const heldToContract = new Set<string>()

type LocalContract<P extends object, A extends object, D extends LocalContext> = NodeContract<P, A, D> & {
  /** Not optional here: what the machine keeps for us has to be served by something that runs on it. */
  serves: AskServing<P, A, D>
}

/** The tests that every node type of this platform passes, the one through its data plane among them. */
export function nodeContract<P extends object, A extends object, D extends LocalContext>(
  type: ObjectType<P, A, LocalContext>,
  contract: LocalContract<P, A, D>,
): void {
  heldToContract.add(type.type)
  everyContract<P, A, LocalContext, D>(type, contract)
}
