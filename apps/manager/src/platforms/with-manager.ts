import type { WorkloadTokens } from "../tokens/workload-token.ts"
import type { OpenPlatform, PlatformOpener } from "./platforms.ts"

export interface ManagerOfWorkloads {
  /** On this machine, without a trailing slash; asked at every expansion, so known once the manager listens. */
  url(): string
  /** Where the manager is reached from elsewhere; undefined: nowhere. */
  publicUrl?: string | undefined
  tokens: WorkloadTokens
}

/**
 * Tells the components of every platform how a workload asks this manager: dry runs, plans and runs alike. On this machine
 * it asks on loopback, so that it needs no proxy to be up and no certificate to be trusted. Elsewhere it gets no address
 * and no token where the manager has no public URL.
 */
export const withManager = (
  openers: Readonly<Record<string, PlatformOpener>>,
  { url, publicUrl, tokens }: ManagerOfWorkloads,
): Record<string, PlatformOpener> => {
  const told = (open: OpenPlatform): OpenPlatform => ({
    ...open,
    contextOf: (deployment) => {
      const address = open.onThisMachine ? url() : publicUrl
      const manager = { tokenOf: (resource: string) => tokens.tokenOf(deployment.id, resource) }
      return {
        ...open.contextOf(deployment),
        ...(address === undefined ? {} : { manager: { ...manager, url: address } }),
      }
    },
  })
  return Object.fromEntries(Object.entries(openers).map(([name, opener]) => [name, async () => told(await opener())]))
}
