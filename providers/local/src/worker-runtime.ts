import { createRequire } from "node:module"

export { programImport } from "@alienplatform/runtime"

/** The program that serves a worker's artifact: `node <file> <artifact directory>`. */
export const workerRuntimeMain = (): string => createRequire(import.meta.url).resolve("@alienplatform/runtime/main")
