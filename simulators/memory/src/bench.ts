import type { Bench } from "@alienplatform/engine/testing"
import { MemoryBench } from "./memory-bench.ts"

/** A new cloud with an empty deployment in it, for the crash matrix and the fault runner. */
export const openBench = (): Bench => new MemoryBench()
