import type { ProbeResult } from "@alienplatform/endpoints"
import { SimulatedClock } from "@alienplatform/engine/testing"
import { expect, test } from "vitest"
import { release, type TestManager, testManager } from "../testing/manager.ts"

const SECOND = 1_000
const MINUTE = 60 * SECOND

const failed: ProbeResult = { outcome: "failed", code: "probe_failed", message: "no answer", phase: "connect" }

const stateOf = async (manager: TestManager, id: string): Promise<string> =>
  (await manager.send("GET", `/v1/deployments/${id}/info`)).body.resources.api.endpoints.web.state

test("while all is well, whoever watches has the endpoints asked every five seconds, and nothing is written", async () => {
  const clock = new SimulatedClock()
  await using manager = await testManager({ clock })
  await release(manager)
  const { id } = (await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })).body.deployment
  let claims = 0
  const { store } = manager
  const counted = Object.assign(Object.create(store), {
    claim: async (...args: Parameters<typeof store.claim>) => {
      const claim = await store.claim(...args)
      if (claim) claims++
      return claim
    },
  })
  let result: ProbeResult = { outcome: "ok", status: 200, certificate: null }
  const probes: number[] = []
  manager.startRunner({
    store: counted,
    probe: async () => {
      probes.push(clock.now())
      return result
    },
  })
  await manager.until(
    () => stateOf(manager, id),
    (state) => state === "ready",
  )
  const passes = async (ms: number) => {
    for (const end = clock.now() + ms; clock.now() < end; ) {
      await stateOf(manager, id)
      await clock.advance(SECOND)
    }
  }
  await passes(10 * SECOND)
  const [began, claimed] = [clock.now(), claims]
  await passes(MINUTE)
  expect(claims).toBe(claimed)
  const asked = probes.filter((at) => at > began)
  expect(asked.length).toBeGreaterThanOrEqual(MINUTE / (5 * SECOND) - 1)
  expect(asked.length).toBeLessThanOrEqual(MINUTE / (5 * SECOND) + 1)

  result = failed
  await passes(6 * SECOND)
  expect(claims).toBeGreaterThan(claimed)
  expect(await stateOf(manager, id)).not.toBe("ready")
  result = { outcome: "ok", status: 200, certificate: null }
  await passes(12 * SECOND)
  expect(await stateOf(manager, id)).toBe("ready")
  const whenLeft = probes.length
  await clock.advance(10 * MINUTE)
  expect(probes.length - whenLeft).toBeLessThan(10)
})
