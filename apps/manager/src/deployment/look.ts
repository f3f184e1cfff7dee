import { codeOf } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { Deployment, Store } from "@alienplatform/store"
import type { Logger } from "pino"
import type { Watched } from "../runner/watched.ts"

export interface Looking {
  store: Store
  clock: Clock
  watched: Watched
}

/**
 * Somebody looks at a deployment, so the manager does too, and more often for a while. The read that starts the watching
 * brings the next look forward; those after it write nothing. What is stored is answered although that fails.
 */
export async function lookedAt({ store, clock, watched }: Looking, deployment: Deployment, log: Logger): Promise<void> {
  const now = clock.now()
  if (deployment.status === "deleted" || !watched.read(deployment.id, now) || deployment.hold) return
  await store.requestRun(deployment.id, now).catch((error: unknown) => {
    log.warn(
      { deployment: deployment.id, code: codeOf(error), err: error },
      "the next look could not be brought forward",
    )
  })
}
