import { type CloudCall, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const ROLLOUT = 20 * 60_000

const service = (updatesWhileChanging: boolean) =>
  tiny("service", { updatesWhileChanging, reads: { first: 1_000, cap: 31_000 } }, { settleMs: ROLLOUT })
const User = tiny("user")

const release = (type: TinyType, size: number) => (graph: Graph) => {
  const made = graph.add(type, "api/service", { size })
  graph.add(User, "api/user", { to: made.ref("id"), size })
}

/** When the service's update is sent, in ms after a release that comes while the service still rolls out. */
async function sentAfter(type: TinyType): Promise<{ deployment: TinyDeployment; ms: number }> {
  const deployment = new TinyDeployment([type, User])
  await deployment.run(release(type, 1))
  const start = deployment.clock.now()
  let ms = -1
  const before = ({ verb, kind }: CloudCall) => {
    if (ms < 0 && verb === "update" && kind === "service") ms = deployment.clock.now() - start
  }
  for (let count = 0; count < 100 && ms < 0; count += 1) {
    const { dueAt } = await deployment.run(release(type, 2), { trouble: { before } })
    if (ms < 0) await deployment.clock.advance(Math.max(0, (dueAt ?? 0) - deployment.clock.now()))
  }
  return { deployment, ms }
}

describe("an object that still rolls out", () => {
  test("takes the next update at once where its service does", async () => {
    const { ms } = await sentAfter(service(true))
    expect(ms).toBeLessThan(5_000)
  })

  test("is left to end its rollout where its service does not", async () => {
    const { ms } = await sentAfter(service(false))
    expect(ms).toBeGreaterThan(ROLLOUT - 60_000)
  })

  test("is built on by others only when it has settled", async () => {
    const type = service(true)
    const { deployment } = await sentAfter(type)
    expect(deployment.onlyObject("service").props.size).toBe(2)
    expect(deployment.objects("user")).toEqual([])
    await deployment.converge(release(type, 2))
    expect(deployment.onlyObject("user").props.size).toBe(2)
  })

  test("is sent the same no second time", async () => {
    const type = service(true)
    const { deployment } = await sentAfter(type)
    await deployment.converge(release(type, 2))
    expect(deployment.onlyObject("service").version).toBe(2)
  })
})
