import type { ObjectRow } from "@alienplatform/engine"
import type { Deployment } from "@alienplatform/store"
import { expect, test } from "vitest"
import { SkippingClock } from "../testing/skipping-clock.ts"
import { GateWaitTracker } from "./gate-wait-tracker.ts"
import { failureNow } from "./update-failure.ts"

const refused = (node: string, code: string, more: Partial<ObjectRow> = {}) =>
  ({
    object: `obj_${code}`,
    ...{ node, incarnation: 1, type: "fake.Thing", parts: {}, doomed: false, twin: false },
    state: { status: "parked", why: { code, message: "was refused" }, refused: null },
    ...more,
  }) as ObjectRow

const work = (deployment: Partial<Deployment>) => ({
  deployment: { id: "dep_a", error: null, ...deployment } as Deployment,
  gateWaits: new GateWaitTracker(),
  clock: new SkippingClock(),
})

const update = work({ currentReleaseId: "rel_one", generation: 2, observedGeneration: 1 })
const seen = (rows: ObjectRow[]) => ({ rows, outcome: "failed", release: "rel_two" }) as const

test("tells of the newest attempt rather than of what is on its way out or was left by earlier ones", () => {
  const rows = [
    refused("api/process", "leaving", { incarnation: 3, doomed: true }),
    refused("api/process", "twice", { incarnation: 4, twin: true }),
    refused("api/process", "earlier"),
    refused("api/process", "newest", { incarnation: 2 }),
  ]
  expect(failureNow(update, seen(rows))).toMatchObject({
    code: "update_failed",
    message: "release rel_two could not be made ready, and what ran before was kept; api/process: was refused",
    context: { code: "newest", releaseId: "rel_two" },
  })
  const [leaving] = rows
  expect(failureNow(update, seen(leaving ? [leaving] : []))).toMatchObject({ context: { code: "leaving" } })
})

test("is the refusal itself where nothing was installed whole before", () => {
  const first = work({ currentReleaseId: null, generation: 1, observedGeneration: 0 })
  expect(failureNow(first, seen([refused("api/process", "newest")]))).toMatchObject({ code: "newest" })
})
