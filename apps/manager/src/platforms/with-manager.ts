import type { WorkloadTokens } from "../tokens/workload-token.ts"
import type { OpenPlatform, PlatformOpener } from "./platforms.ts"

export interface ManagerOfWorkloads {
  /** Without a trailing slash; asked at every expansion, so known once the manager listens. */
  url(): string
  tokens: WorkloadTokens
}

/** Tells the components of every platform how a workload asks this manager: dry runs, plans and runs alike. */
export const withManager = (
  openers: Readonly<Record<string, PlatformOpener>>,
  { url, tokens }: ManagerOfWorkloads,
): Record<string, PlatformOpener> => {
  const told = (open: OpenPlatform): OpenPlatform => ({
    ...open,
    contextOf: (deployment) => ({
      ...open.contextOf(deployment),
      manager: { url: url(), tokenOf: (resource) => tokens.tokenOf(deployment.id, resource) },
    }),
  })
  return Object.fromEntries(Object.entries(openers).map(([name, opener]) => [name, async () => told(await opener())]))
}
