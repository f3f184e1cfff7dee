import { problem } from "@alienplatform/core"
import { expect, test } from "vitest"
import { Platforms } from "../platforms/platforms.ts"
import { fakePlatform } from "../testing/fake-platform.ts"
import { release, type TestManager, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"

const taken = problem("port_in_use", { message: "port 8443 is taken by another program; stop it" })
const none = { outcome: "failed", code: "probe_failed", message: "no answer", phase: "connect" } as const
const ok = { outcome: "ok", status: 200, certificate: null } as const

async function running(clock: SkippingClock) {
  const manager = await testManager({ clock })
  await release(manager)
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const info = async () => (await manager.send("GET", `/v1/deployments/${body.deployment.id}/info`)).body
  const runner = manager.startRunner()
  await manager.until(info, (now) => now.status === "running" && stateIn(now) === "ready")
  await runner.close()
  return { manager, info, id: body.deployment.id as string }
}
const stateIn = (info: Awaited<ReturnType<TestManager["send"]>>["body"]) => info.resources.api.endpoints.web.state

/** As after a restart of the manager: a look at everything is due. */
async function restart({ manager, id }: { manager: TestManager; id: string }, platforms?: Platforms): Promise<void> {
  manager.startRunner(platforms ? { platforms } : {})
  await manager.store.requestRun(id, manager.clock.now())
}

test("tells what the platform lacks, asks the endpoints meanwhile, and goes on once it is there", async () => {
  const clock = new SkippingClock()
  const all = await running(clock)
  await using manager = all.manager
  manager.cloud.lacks = taken
  manager.probe.result = none
  await restart(all)
  const failed = await manager.until(all.info, ({ error, ...rest }) => error && stateIn(rest) !== "ready")
  expect(failed).toMatchObject({ status: "running", error: { code: "port_in_use", message: taken.message } })
  manager.cloud.lacks = undefined
  manager.probe.result = ok
  clock.skip(5 * 60_000)
  await manager.until(all.info, ({ error, ...rest }) => error === null && stateIn(rest) === "ready")
})

test("calls nothing ready while a platform cannot be opened, and goes on once it can", async () => {
  const clock = new SkippingClock()
  const all = await running(clock)
  await using manager = all.manager
  let shut = true
  const open = async () => {
    if (shut) throw taken
    return fakePlatform(manager.cloud)
  }
  await restart(all, new Platforms({ test: open }))
  const failed = await manager.until(all.info, ({ error, ...rest }) => error && stateIn(rest) !== "ready")
  const { conditions, hosts } = failed.resources.api.endpoints.web
  const expected = expect.objectContaining({ type: "reachable", status: "waiting", code: "port_in_use" })
  expect([conditions, hosts[0].conditions]).toEqual([
    expect.arrayContaining([expected]),
    expect.arrayContaining([expected]),
  ])
  shut = false
  clock.skip(5 * 60_000)
  await manager.until(all.info, ({ error, ...rest }) => error === null && stateIn(rest) === "ready")
})
