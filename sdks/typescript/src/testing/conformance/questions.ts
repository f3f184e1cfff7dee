import { expect, vi } from "vitest"
import type { Clock } from "../../manager/clock.ts"
import { managerVariables } from "../info-server.ts"
import type { ScriptedManager } from "./scripted-manager.ts"

/** Time after which the SDK gives up on a request. */
const DEADLINE_MS = 5_000

/** Limits in real milliseconds, for what happens outside the simulated clock. */
export const REAL_TIME = { timeout: 5_000, interval: 1 }

const { ALIEN_DEPLOYMENT_ID, ALIEN_DEPLOYMENT_TOKEN } = managerVariables("")
const REQUEST = {
  method: "GET",
  path: `/v1/deployments/${ALIEN_DEPLOYMENT_ID}/info`,
  authorization: `Bearer ${ALIEN_DEPLOYMENT_TOKEN}`,
}

/** Follows the requests of an SDK, so that a runner knows when everything that a step caused has happened. */
export class Questions {
  readonly #clock: Clock
  readonly #manager: ScriptedManager | undefined
  /** When each request was sent, by the clock. */
  readonly #sent: number[] = []
  #back = 0
  #expected = 0

  constructor(clock: Clock, manager: ScriptedManager | undefined) {
    this.#clock = clock
    this.#manager = manager
  }

  send(...request: Parameters<typeof fetch>): ReturnType<typeof fetch> {
    this.#sent.push(this.#clock.now())
    return fetch(...request)
  }

  /** Records that a request ended: it was answered, failed or refused. */
  noteAnswer(): void {
    this.#back += 1
  }

  /**
   * Waits until all requests have arrived and ended.
   * @param more requests since the last call of `settle`
   */
  async settle(more: number): Promise<void> {
    this.#expected += more
    await vi.waitFor(() => this.#check(), REAL_TIME)
    if (more > 0) expect(this.#sent.at(-1), "when the last question was sent").toBe(this.#clock.now())
  }

  #check(): void {
    expect(this.#manager?.requests ?? []).toEqual(Array(this.#expected).fill(REQUEST))
    const open = this.#sent.filter((at, place) => this.#manager?.isOpen(place) && this.#clock.now() - at < DEADLINE_MS)
    expect(this.#back, "questions that something came of").toBe(this.#sent.length - open.length)
  }
}
