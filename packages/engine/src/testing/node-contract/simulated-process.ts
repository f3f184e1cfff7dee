import type { Clock } from "../../declare/clock.ts"
import type { ObjectStore } from "../../record/object-store.ts"

/**
 * One simulated process. Paused, nothing of it goes on, whatever it waits for, while time and the others
 * do; killed, it never does again. Whoever simulates its calls awaits `untilRunning()` around each of them.
 */
export class SimulatedProcess {
  #pause: PromiseWithResolvers<void> | undefined
  readonly #death = new AbortController()

  /** Was it ever paused? */
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

  /** At once while it runs, after `resume` while it is paused, never once it is killed. */
  async untilRunning(): Promise<void> {
    while (this.#pause) await this.#pause.promise
  }

  /** Shows the time to a paused process as well, but wakes only a running one. */
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

  /** Neither sends to the store nor hears from it while paused. `moment` is awaited around each save. */
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
