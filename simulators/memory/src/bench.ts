import type { Bench } from "@alienplatform/engine/testing"
import { Laboratory } from "./laboratory.ts"

/** A new cloud with an empty deployment in it, for the crash matrix and the fault runner. */
export const openBench = (): Bench => new Laboratory()
