import { expect, test } from "vitest"
import { silent, stackWith, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"
import { startPruning } from "./prune.ts"

const DAY = 24 * 3600 * 1000

test("drops events older than ninety days on start, and those that get so old once a day", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const { id } = body.deployment
  const claim = await manager.store.claim("m", clock.now(), DAY)
  if (!claim) throw new Error("nothing is due")
  const at = (days: number) => ({ at: clock.now() - days * DAY, node: "api/program", event: `${days} days ago` })
  await manager.store.save(claim.lease, { events: [at(91), at(89.5), at(1)] })
  const left = async () => (await manager.store.events(id, { limit: 9 })).map(({ event }) => event)

  const pruning = startPruning({ store: manager.store, clock, logger: silent })
  await manager.until(left, ({ length }) => length === 2)
  expect(await left()).toEqual(["89.5 days ago", "1 days ago"])
  clock.skip(DAY)
  await manager.until(left, ({ length }) => length === 1)
  expect(await left()).toEqual(["1 days ago"])
  await pruning.stop()
})

test("drops drafts that nobody deployed within a day", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  const stack = { test: stackWith("acme/api:1") }
  const draft = await manager.send("POST", "/v1/releases", { projectId: "default", stack, draft: true })
  const pruning = startPruning({ store: manager.store, clock, logger: silent })
  const found = async () => (await manager.send("GET", `/v1/releases/${draft.body.id}`)).status
  expect(await found()).toBe(200)
  await manager.until(
    async () => {
      clock.skip(DAY)
      return found()
    },
    (status) => status === 404,
  )
  await pruning.stop()
})

test("drops rate limits that rested for a day, and keys that nobody holds any more", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  const { store } = manager
  const at = clock.now()
  const used = { at, freeAt: at, places: [], heldAt: at, heldUntil: at }
  await store.buckets.update(["bucket"], () => ({ states: new Map([["bucket", used]]), answer: undefined }))
  await store.takeKey("key", "dep_gone", at, at + 1_000)
  const left = async () => (await store.buckets.read(["bucket"])).states.size
  const pruning = startPruning({ store, clock, logger: silent })
  await manager.until(
    async () => {
      clock.skip(DAY)
      return left()
    },
    (count) => count === 0,
  )
  await pruning.stop()
  expect(await store.pruneKeys(clock.now())).toBe(0)
})

test("goes on after a day on which the store did not answer", async () => {
  const clock = new SkippingClock()
  let asked = 0
  await using manager = await testManager({ clock })
  manager.store.pruneEvents = async () => {
    if (asked++ === 0) throw new Error("locked")
    return 0
  }
  const pruning = startPruning({ store: manager.store, clock, logger: silent })
  await manager.until(
    async () => asked,
    (times) => times === 1,
  )
  // The sleep begins after the failure was logged, so the day may have to pass twice.
  await manager.until(
    async () => {
      clock.skip(DAY)
      return asked
    },
    (times) => times >= 2,
  )
  await pruning.stop()
})
