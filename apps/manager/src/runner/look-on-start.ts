import type { Store } from "@alienplatform/store"
import type { Platforms } from "../platforms/platforms.ts"
import { runnableDeployments } from "./runnable-deployments.ts"

/** Requests a run of the deployments of platforms whose objects may be gone after a reboot. */
export async function lookOnStart(store: Store, platforms: Platforms, now: number): Promise<void> {
  for (const platform of platforms.names) {
    for await (const id of runnableDeployments(store, platform)) {
      if (!(await platforms.get(platform)).losesObjectsOnReboot) break
      await store.requestRun(id, now)
    }
  }
}

/**
 * Gives the deployments of an opened backup a new generation: what is stored of them was true where it was made, and a
 * client that waits counts what is seen from now on.
 */
export async function lookAtAll(store: Store, platforms: Platforms, now: number): Promise<void> {
  for (const platform of platforms.names)
    for await (const id of runnableDeployments(store, platform)) await store.change(id, {}, now)
}
