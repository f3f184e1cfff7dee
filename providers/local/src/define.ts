import { defineNodeWith } from "@alienplatform/engine"
import type { LocalContext } from "./context.ts"

/**
 * An object of this machine. What is made is there at once, and every call may be repeated: a manager that was killed
 * in the middle of one goes on soon. There is no `unmark`: nobody else could run what supervisor and gateway run, so
 * what is detached keeps its mark.
 */
export const defineLocalNode = defineNodeWith<LocalContext>({
  callTimeoutMs: 5_000,
  visibleWithin: 0,
  reads: { first: 50, cap: 31_000 },
})
