export type { Bench, Hooks, Moment, Wish } from "./bench.ts"
export { SimulatedClock } from "./clock.ts"
export { crashMatrix } from "./crash-matrix/crash-matrix.ts"
export { MemoryStore } from "./memory-store.ts"
