import { nextOverdueAt } from "@alienplatform/endpoints"
import type { ObjectRow } from "@alienplatform/engine"
import type { Observer } from "./observer.ts"
import type { Work } from "./types.ts"

export interface UpdateWatch {
  /** The engine changed something. */
  changed(rows: readonly ObjectRow[]): void
  /** Waits for what is under way. */
  stop(): Promise<void>
}

/**
 * Passes what the engine changes on to the observer, and looks once more when a gate has kept an object waiting for too
 * long: the engine itself asks a gate for minutes before it ends. `late` is called then, once per run.
 */
export function watchUpdate(
  { deployment, patience, clock, logger }: Work,
  observer: Observer,
  late: (rows: readonly ObjectRow[]) => Promise<void>,
): UpdateWatch {
  const over = new AbortController()
  let rows: readonly ObjectRow[] = []
  let told = false
  let waiting: Promise<void> | undefined

  async function wait(): Promise<void> {
    for (;;) {
      const at = nextOverdueAt(patience.of(deployment))
      if (at === null || told || over.signal.aborted) return
      if (at > clock.now()) await clock.until(at, over.signal)
      else {
        told = true
        observer.changed(rows)
        await late(rows)
      }
    }
  }

  return {
    changed(now) {
      rows = now
      patience.seen(deployment, rows, clock.now())
      observer.changed(rows)
      waiting ??= wait()
        .catch((error: unknown) =>
          logger.debug({ deployment: deployment.id, err: error }, "a late update was not told"),
        )
        .finally(() => {
          waiting = undefined
        })
    },
    async stop() {
      over.abort()
      await waiting
    },
  }
}
