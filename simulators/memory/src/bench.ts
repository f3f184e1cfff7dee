import type { Bench } from "@alienplatform/engine/testing"
import { MemoryBench } from "./memory-bench.ts"

/** Opens a new cloud with an empty deployment, for the crash matrix and the fault runner. */
export const openBench = (): Bench => new MemoryBench()
