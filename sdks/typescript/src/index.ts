import type { Endpoints } from "./binding.ts"
import { load, type Resource } from "./resource.ts"
import { environmentSource } from "./source.ts"

export type { Endpoint, Endpoints } from "./binding.ts"
export { AlienSdkError } from "./error.ts"
export type { Resource } from "./resource.ts"

const source = environmentSource(process.env)

/** Loads a Worker or a Function. */
export const func = (id: string): Promise<Resource> => load(source, id, ["function", "worker"])

/** Loads a Worker. */
export const worker = (id: string): Promise<Resource> => load(source, id, ["worker"])

/** Loads a Container. */
export const container = (id: string): Promise<Resource> => load(source, id, ["container"])

/** Loads a Daemon. */
export const daemon = (id: string): Promise<Resource> => load(source, id, ["daemon"])

/** Public endpoints of this workload itself, by declared name; empty when it is private. */
export const publicEndpoints = (): Promise<Endpoints> => source.own()
