import { type CloudCall, type Interference, refusal, TinyDeployment } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import type { ObjectStore } from "../record/object-store.ts"
import { SimulatedProcess } from "../testing/node-contract/simulated-process.ts"
import {
  BORROWED,
  ENABLED_API,
  HOSTS,
  INVENTORY,
  release,
  secretOfRelease,
  TYPES,
  versionOfRelease,
} from "./every-kind.fixture.ts"

const SEEDS = 40
const THEIRS = { theirs: { version: "customer" } }
const HOMES = ["gathering", "slow", "borrowed"]

/** Numbers from 0 to 1, the same for the same seed. */
const randomOf = (seed: number) => {
  let state = seed * 7_919
  return (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return ((state >>> 16) & 0x7fff) / 0x7fff
  }
}

type Entries = Record<string, { version: string }>

/** A deployment whose processes are throttled, cut off, stopped and killed at any moment. */
class Shaken {
  readonly deployment = new TinyDeployment(TYPES, { mostCalls: 20_000 })
  readonly #random: () => number
  /** What no moment after the first deploy may show. */
  readonly wrong: string[] = []
  #isUp = false

  constructor(seed: number) {
    this.#random = randomOf(seed)
    this.deployment.cloud.insert({ id: BORROWED, kind: "borrowed", props: { entries: THEIRS } })
  }

  below(count: number): number {
    return Math.floor(this.#random() * count)
  }

  chance(share: number): boolean {
    return this.#random() < share
  }

  /** Runs one process with random faults; then lets time pass. */
  async shake(n: number | null): Promise<void> {
    const { clock } = this.deployment
    const stop = new AbortController()
    const simulated = new SimulatedProcess()
    const killed = Promise.withResolvers<{ dueAt: number | null }>()
    const kill = () => {
      simulated.kill()
      killed.resolve({ dueAt: clock.now() + this.below(120_000) })
    }
    const trouble = this.#trouble(simulated, stop, kill)
    const store: ObjectStore = simulated.store(this.deployment.store)
    const run = this.deployment.run(n === null ? null : release(n), { store, trouble, signal: stop.signal })
    const { dueAt } = await Promise.race([killed.promise, run])
    await clock.advance(Math.min(Math.max(0, (dueAt ?? 0) - clock.now()), 100_000))
  }

  #trouble(simulated: SimulatedProcess, stop: AbortController, kill: () => void): Interference {
    return {
      before: async (call) => {
        await simulated.untilRunning()
        this.look()
        if (this.chance(0.03)) kill()
        await simulated.untilRunning()
        if (this.chance(0.08)) stop.abort()
        if (this.chance(0.08)) throw refusal("throttled", "rate exceeded", { retryable: true })
        if (this.chance(0.05)) throw refusal("conflict", "busy", { retryable: true })
        if (this.chance(0.05)) this.#loseRequest(call)
      },
      after: async () => {
        await simulated.untilRunning()
        if (this.chance(0.03)) kill()
        await simulated.untilRunning()
        if (this.chance(0.08)) throw new Error("connection reset")
      },
    }
  }

  /** Lets the request never arrive, or arrive late. */
  #loseRequest(call: CloudCall): never {
    if (call.verb !== "read" && call.verb !== "poll" && this.chance(0.5)) call.landLater(this.below(50_000))
    throw new Error("socket hang up")
  }

  get entries(): Entries {
    return Object.assign(
      {},
      ...HOMES.flatMap((kind) => this.deployment.objects(kind).map(({ props }) => props.entries)),
    )
  }

  /** Checks that every host is served and none leads to a missing object. */
  look(): void {
    if (!this.#isUp) return
    const { entries } = this
    for (const host of HOSTS) {
      const entry = entries[host]
      if (!entry) this.wrong.push(`${host} is dark`)
      else if (!this.deployment.cloud.existing(entry.version)) this.wrong.push(`${host} leads to nothing`)
    }
  }

  /** Left alone it comes to exactly what the release says, and stays there. */
  async settles(n: number): Promise<void> {
    const { deployment } = this
    expect((await deployment.converge(release(n))).outcome).toBe("settled")
    this.#isUp = true
    const { mutations } = deployment.cloud
    expect((await deployment.run(release(n))).outcome).toBe("settled")
    expect(deployment.cloud.mutations).toBe(mutations)
    const counts = Object.keys(INVENTORY).map((kind) => [kind, deployment.objects(kind).length])
    expect(Object.fromEntries(counts)).toEqual(INVENTORY)
    expect(Object.keys(this.entries).sort()).toEqual([...HOSTS, "theirs"])
    expect(deployment.onlyObject("service").props.to).toBe(versionOfRelease(n))
    expect(deployment.objects("function").map(({ props }) => props.secret)).toEqual(HOSTS.map(() => secretOfRelease(n)))
  }

  async isDestroyed(): Promise<void> {
    const { cloud, clock } = this.deployment
    this.#isUp = false
    if (this.chance(0.5)) await this.shake(null)
    await clock.advance(60_000)
    await this.deployment.converge(null)
    await clock.advance(200_000)
    const left = [...cloud.objects.keys()].filter((id) => id !== ENABLED_API && cloud.existing(id))
    expect(left).toEqual([BORROWED])
    expect(cloud.existing(BORROWED)?.props.entries).toEqual(THEIRS)
  }
}

test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
  "it comes to what the last release says whatever befalls its processes, drops no host on the way, and leaves nothing: seed %s",
  async (seed) => {
    const shaken = new Shaken(seed)
    for (const n of [0, 1 + shaken.below(7), shaken.below(8)]) {
      for (let processes = 1 + shaken.below(3); processes > 0; processes -= 1) await shaken.shake(n)
      if (shaken.chance(0.6)) await shaken.settles(n)
    }
    expect(shaken.wrong).toEqual([])
    await shaken.isDestroyed()
  },
)
