import type { Store } from "@alienplatform/store"

/** A run under way. */
export interface ActiveRun {
  deployment: string
  /** What it works on; absent until it was read. */
  generation?: number
  ending: AbortController
}

/**
 * Ends runs whose deployment has a newer generation: the engine asks a gate for minutes, and a rollback must not
 * wait for that. What is under way is read to its end by the next run.
 */
export async function endOutdated(store: Pick<Store, "deployment">, active: Iterable<ActiveRun>): Promise<void> {
  for (const { deployment, generation, ending } of [...active]) {
    if (generation === undefined) continue
    const now = await store.deployment(deployment)
    if (now && now.generation > generation) ending.abort()
  }
}
