import type { Endpoints } from "./binding.ts"
import type { Loading, Resource } from "./resource.ts"
import { createSdk, type Sdk } from "./sdk.ts"

export type { Endpoint, Endpoints } from "./binding.ts"
export { AlienSdkError } from "./error.ts"
export type { Loading, Resource } from "./resource.ts"

let created: Sdk | undefined
/** The SDK over this process's environment, which is read at the first call. */
const sdk = (): Sdk => {
  created ??= createSdk(process.env)
  return created
}

/** Loads a Worker or a Function. */
export const func = (id: string): Promise<Resource> => sdk().func(id)

/** Loads a Worker. */
export const worker = (id: string): Promise<Resource> => sdk().worker(id)

/** Loads a Container; `container(id).getPublicUrl()` asks it at once. */
export const container = (id: string): Loading => sdk().container(id)

/** Loads a Daemon. */
export const daemon = (id: string): Promise<Resource> => sdk().daemon(id)

/** Public endpoints of this workload itself, by declared name; empty when it is private. */
export const publicEndpoints = (): Promise<Endpoints> => sdk().publicEndpoints()
