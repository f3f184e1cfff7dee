import { setImmediate } from "node:timers/promises"
import { createClient } from "@alienplatform/api"
import type { DeploymentContext } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { startManager } from "../start/start.ts"
import { FakeCloud, fakePlatform } from "../testing/fake-platform.ts"
import { silentLogger, stackWith } from "../testing/manager.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { workloadTokens } from "../tokens/workload-token.ts"
import { withManager } from "./with-manager.ts"

const tokens = workloadTokens({ secretKey: new Uint8Array(32), installation: "ins_a" })
const deployment = { id: "dep_a", name: "shop", platform: "test", resourcePrefix: "k" }

test("tells components where the manager is by now, and the token of each resource", async () => {
  let url = ""
  const opener = withManager({ test: async () => fakePlatform(new FakeCloud()) }, { url: () => url, tokens }).test
  const open = await opener?.()
  url = "http://127.0.0.1:7400"
  const context = open?.contextOf(deployment as never)
  expect(context).toMatchObject({ id: "dep_a", prefix: "k", manager: { url } })
  expect(tokens.holderOf(context?.manager?.tokenOf("api") ?? "")).toEqual({ deployment: "dep_a", resource: "api" })
})

test("tells workloads elsewhere the public URL, and without one neither an address nor a token", async () => {
  const managerWith = async (publicUrl: string | undefined, onThisMachine: boolean) => {
    const platform = async () => ({ ...fakePlatform(new FakeCloud()), onThisMachine })
    const open = await withManager(
      { test: platform },
      { url: () => "http://127.0.0.1:7400", publicUrl, tokens },
    ).test?.()
    return open?.contextOf(deployment as never).manager
  }
  expect((await managerWith("https://manager.example", false))?.url).toBe("https://manager.example")
  expect(await managerWith(undefined, false)).toBeUndefined()
  expect((await managerWith("https://manager.example", true))?.url).toBe("http://127.0.0.1:7400")
})

test("tells a dry run, a plan and a run the same, and the token is good for this deployment's info", async () => {
  await using directory = await temporaryDirectory()
  const told: { deployment: string; url: string | undefined; token: string }[] = []
  const manager = await startManager({
    dataDirectory: directory.path,
    port: 0,
    platformOptions: {},
    platforms: {
      test: telling(({ id, manager }) =>
        told.push({ deployment: id, url: manager?.url, token: manager?.tokenOf("api") ?? "" }),
      ),
    },
    logger: silentLogger,
  })
  await using _ = { [Symbol.asyncDispose]: () => manager.close() }
  const client = createClient({ url: manager.url, token: manager.adminToken ?? "" })
  await client.createRelease({ projectId: "default", stack: { test: stackWith("ghcr.io/acme/api:1") } })
  told.length = 0

  const { deployment } = await client.createDeployment({ name: "shop", platform: "test", hold: true })
  const counts = [told.length]
  await client.createPlan(deployment.id)
  while ((await client.plan(deployment.id)).status !== "ready") await setImmediate()
  counts.push(told.length)
  await client.redeploy(deployment.id)
  while ((await client.deployment(deployment.id)).status !== "running") await setImmediate()
  counts.push(told.length)

  expect(counts).toEqual([...new Set(counts)].filter((count) => count > 0))
  expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1)
  expect(told[0]).toMatchObject({ deployment: deployment.id, url: manager.url })
  const workload = createClient({ url: manager.url, token: told[0]?.token ?? "" })
  expect((await workload.info(deployment.id)).commands.deploymentId).toBe(deployment.id)
})

/** The platform in memory, whose component tells what it was told. */
const telling = (tell: (deployment: DeploymentContext) => void) => async () => {
  const open = fakePlatform(new FakeCloud())
  const components = open.platform.components.map((component) => ({
    ...component,
    expand: (args: Parameters<typeof component.expand>[0]) => {
      tell(args.deployment)
      return component.expand(args)
    },
  }))
  return { ...open, platform: { ...open.platform, components } }
}
