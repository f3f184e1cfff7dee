import type { Store } from "@alienplatform/store"
import type { Platforms } from "../platforms/platforms.ts"

/** Wishes for a look at the deployments of platforms whose objects may be gone after a reboot. */
export async function lookOnStart(store: Store, platforms: Platforms, now: number): Promise<void> {
  for (const platform of platforms.names) {
    let cursor: string | undefined
    do {
      const page = await store.deployments({ limit: 100, platform, ...(cursor === undefined ? {} : { cursor }) })
      if (page.items.length > 0 && !(await platforms.get(platform)).losesObjectsOnReboot) break
      for (const { id, hold } of page.items) if (!hold) await store.wish(id, now)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
}
