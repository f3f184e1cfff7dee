import type { Store } from "@alienplatform/store"

/** Ids of a platform's deployments that are not on hold. */
export async function* runnableDeployments(store: Store, platform: string): AsyncGenerator<string> {
  let cursor: string | undefined
  do {
    const page = await store.deployments({ limit: 100, platform, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id, hold } of page.items) if (!hold) yield id
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
