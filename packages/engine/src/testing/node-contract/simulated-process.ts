import type { Clock } from "../../declare/clock.ts"
import type { ObjectStore } from "../../record/object-store.ts"

/**
 * A simulated process that can be paused and killed. While it is paused nothing of it continues, although time and
 * other processes do; killed, it never continues. Whoever simulates its calls awaits `untilRunning()` around each of
 * them.
 */
export class SimulatedProcess {
  #pause: PromiseWithResolvers<void> | undefined
  readonly #death = new AbortController()

  /** True once the process was paused. */
  wasPaused = false

  pause(): void {
    this.wasPaused = true
    this.#pause ??= Promise.withResolvers()
  }

  resume(): void {
    if (this.#death.signal.aborted) return
    this.#pause?.resolve()
    this.#pause = undefined
  }

  kill(): void {
    this.pause()
    this.#death.abort()
  }

  /** Resolves at once while the process runs, after `resume` while it is paused, never once it is killed. */
  async untilRunning(): Promise<void> {
    while (this.#pause) await this.#pause.promise
  }

  /** A clock for the process: `now` works while it is paused, but waits end only once it runs. */
  clock(clock: Clock): Clock {
    const { signal: death } = this.#death
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic?.() ?? clock.now(),
      until: async (time, signal) => {
        await clock.until(time, signal ? AbortSignal.any([signal, death]) : death)
        await this.untilRunning()
      },
    }
  }

  /** A store for the process: no call is sent or answered while it is paused. `moment` is awaited around each save. */
  store(store: ObjectStore, moment: (when: "before" | "after") => void | Promise<void> = () => {}): ObjectStore {
    const around = async <T>(ask: () => Promise<T>): Promise<T> => {
      await this.untilRunning()
      const answer = await ask()
      await this.untilRunning()
      return answer
    }
    return {
      rows: (deployment) => around(() => store.rows(deployment)),
      choices: (deployment) => around(() => store.choices(deployment)),
      renew: (lease, until) => around(() => store.renew(lease, until)),
      takeKey: (key, holder, now, until) => around(async () => store.takeKey?.(key, holder, now, until) ?? true),
      letKeyGo: (key, holder) => around(async () => store.letKeyGo?.(key, holder)),
      save: (lease, changes) =>
        around(async () => {
          await moment("before")
          await this.untilRunning()
          await store.save(lease, changes)
          await moment("after")
        }),
    }
  }
}
