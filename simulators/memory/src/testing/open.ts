import { type OpenedCloud, SimulatedClock } from "@alienplatform/engine/testing"
import { MemoryCloud } from "../cloud.ts"
import type { MemoryContext } from "../object.ts"

/** Opens an empty cloud for the contract test of a type. */
export const open = (): OpenedCloud<MemoryContext> => {
  const clock = new SimulatedClock()
  return { context: { cloud: new MemoryCloud(clock) }, clock }
}
