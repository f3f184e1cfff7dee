import { problem, Stack, Worker } from "@alienplatform/core"
import { expect, test } from "vitest"
import { type FakeCloud, fakePlatform } from "../testing/fake-platform.ts"
import { putArtifact, release, stackWith, testManager } from "../testing/manager.ts"

const body = (stack: unknown, platform = "test") => ({ projectId: "default", stack: { [platform]: stack } })
const withCode = (code: unknown) => {
  const stack = JSON.parse(JSON.stringify(stackWith("ghcr.io/acme/api:1")))
  stack.resources.api.config.code = code
  return stack
}

test("creates a release and answers with it by id, as the latest and in the list", async () => {
  await using manager = await testManager()
  const first = await release(manager)
  const second = await release(manager, "ghcr.io/acme/api:2")
  expect((await manager.send("GET", `/v1/releases/${first}`)).body).toMatchObject({
    id: first,
    workspaceId: "default",
    projectId: "default",
    stack: { test: { id: "shop" } },
  })
  expect((await manager.send("GET", "/v1/releases/latest")).body.id).toBe(second)
  const { items } = (await manager.send("GET", "/v1/releases")).body
  expect(items.map(({ id }: { id: string }) => id)).toEqual([second, first])
})

test("one release serves several platforms, a deployment follows the newest for its own, and one that refuses it leaves none", async () => {
  const picky = (cloud: FakeCloud) => {
    const open = fakePlatform(cloud)
    return { ...open, platform: { ...open.platform, name: "gcp", components: [] } }
  }
  await using manager = await testManager({ others: { aws: fakePlatform, gcp: picky } })
  const stack = (image: string) => stackWith(image)
  const create = (platforms: string[], image: string) =>
    manager.send("POST", "/v1/releases", {
      projectId: "default",
      stack: Object.fromEntries(platforms.map((platform) => [platform, stack(image)])),
    })
  const both = await create(["test", "aws"], "acme/api:1")
  expect(both).toMatchObject({ status: 201, body: { platforms: ["test", "aws"], removedAt: null } })
  const one = (await create(["test"], "acme/api:2")).body
  const newest = async (platform: string) =>
    (await manager.send("GET", `/v1/releases/latest?platform=${platform}`)).body.id
  expect([await newest("aws"), await newest("test")]).toEqual([both.body.id, one.id])

  const refused = await create(["test", "gcp"], "acme/api:3")
  expect(refused).toMatchObject({ status: 422, body: { code: "stack_not_supported" } })
  expect(refused.body.context.violations.map(({ path }: { path: string }) => path)).toEqual([
    expect.stringMatching(/^stack\.gcp\./),
  ])
  const unserved = await create(["test", "azure"], "acme/api:3")
  expect(unserved.body).toMatchObject({ code: "platform_not_supported", message: expect.stringContaining("azure") })
  expect((await manager.send("GET", "/v1/releases")).body.items).toHaveLength(2)
})

test("answers 404 for an unknown release and where there is none yet", async () => {
  await using manager = await testManager()
  expect((await manager.send("GET", "/v1/releases/rel_nothing")).status).toBe(404)
  expect((await manager.send("GET", "/v1/releases/latest")).status).toBe(404)
})

test("records the base image as it was resolved, and refuses one without a digest", async () => {
  await using manager = await testManager()
  const { stack } = (await manager.send("GET", `/v1/releases/${await release(manager)}`)).body
  const send = (baseImage: unknown) => manager.send("POST", "/v1/releases", { projectId: "default", stack, baseImage })
  const baseImage = { reference: "docker.io/library/node:24-slim", digest: `sha256:${"0".repeat(64)}` }
  const made = await send(baseImage)
  expect(made).toMatchObject({ status: 201, body: { baseImage } })
  expect((await manager.send("GET", `/v1/releases/${made.body.id}`)).body.baseImage).toEqual(baseImage)
  expect(await send({ ...baseImage, digest: "latest" })).toMatchObject({ status: 400 })
  expect((await send(null)).body).not.toHaveProperty("baseImage")
})

test("pages through releases", async () => {
  await using manager = await testManager()
  const ids = [await release(manager), await release(manager), await release(manager)]
  const first = (await manager.send("GET", "/v1/releases?limit=2")).body
  const second = (await manager.send("GET", `/v1/releases?limit=2&cursor=${first.nextCursor}`)).body
  const all = [...first.items, ...second.items].map(({ id }: { id: string }) => id)
  expect(all).toEqual(ids.reverse())
  expect(second.nextCursor).toBeNull()
  expect((await manager.send("GET", "/v1/releases?limit=0")).status).toBe(400)
})

test("takes project for projectId, and the one channel that there is", async () => {
  await using manager = await testManager()
  const stack = { test: stackWith("ghcr.io/acme/api:1") }
  const asked = async (more: object) => {
    const { status, body } = await manager.send("POST", "/v1/releases", { stack, ...more })
    return [status, body.projectId ?? body.context.violations.map(({ path }: { path: string }) => path)]
  }
  expect(await asked({ project: "default", channel: null })).toEqual([201, "default"])
  expect(await asked({ projectId: "default", project: "default", channel: "production" })).toEqual([201, "default"])
  expect(await asked({})).toEqual([400, ["projectId"]])
  expect(await asked({ project: "shop" })).toEqual([400, ["project"]])
  expect(await asked({ project: "default", channel: "beta" })).toEqual([422, ["channel"]])
})

test("refuses a stack that is wrong, with every mistake under its place in the request", async () => {
  await using manager = await testManager()
  const stack = JSON.parse(JSON.stringify(stackWith("ghcr.io/acme/api:1")))
  stack.resources.api.config.memoryMb = -1
  stack.resources.api.config.colour = "red"
  const answer = await manager.send("POST", "/v1/releases", body(stack))
  expect(answer.status).toBe(400)
  expect(answer.body.code).toBe("stack_invalid")
  const paths = answer.body.context.violations.map(({ path }: { path: string }) => path)
  expect(paths).toContain("stack.test.resources.api.memoryMb")
  expect(paths).toContain("stack.test.resources.api.colour")
})

test("refuses source that was not built", async () => {
  await using manager = await testManager()
  const code = { type: "source", src: "./api", toolchain: { type: "typescript" } }
  const answer = await manager.send("POST", "/v1/releases", body(withCode(code)))
  expect(answer).toMatchObject({ status: 422, body: { code: "source_not_built" } })
  expect(answer.body.context.violations[0].path).toBe("stack.test.resources.api.code")
})

test("refuses triggers, which are not supported yet", async () => {
  await using manager = await testManager()
  const api = new Worker("api")
    .code({ type: "image", image: "ghcr.io/acme/api:1" })
    .trigger({ type: "schedule", cron: "* * * * *" })
    .build()
  const stack = new Stack("shop").add(api, "live").build()
  const answer = await manager.send("POST", "/v1/releases", body(stack))
  expect(answer).toMatchObject({ status: 422, body: { code: "not_supported" } })
})

test("refuses an artifact that is not here, and takes it once it is", async () => {
  await using manager = await testManager()
  const code = (sha256: string) => ({ type: "artifact", sha256, toolchain: { type: "typescript" } })
  const answer = await manager.send("POST", "/v1/releases", body(withCode(code("0".repeat(64)))))
  expect(answer).toMatchObject({ status: 422, body: { code: "artifact_unknown" } })
  const sha256 = await putArtifact(manager)
  expect((await manager.send("POST", "/v1/releases", body(withCode(code(sha256))))).status).toBe(201)
})

test("refuses an artifact that is for other machines than the platform has, under its place in the request", async () => {
  await using manager = await testManager()
  const sha256 = await putArtifact(manager)
  const refused = problem("artifact_target_mismatch", { message: "for linux-arm64" })
  manager.cloud.refusedArtifact = (file) => (file.includes(sha256) ? refused : undefined)
  const code = { type: "artifact", sha256, toolchain: { type: "typescript" } }
  const answer = await manager.send("POST", "/v1/releases", body(withCode(code)))
  expect(answer).toMatchObject({ status: 422, body: { code: "artifact_target_mismatch" } })
  expect(answer.body.context.violations).toEqual([
    { path: "stack.test.resources.api.code.sha256", code: "artifact_target_mismatch", message: "for linux-arm64" },
  ])
})

test("refuses platforms that it does not deploy to, and a release without any", async () => {
  await using manager = await testManager()
  const answer = await manager.send("POST", "/v1/releases", body(stackWith("ghcr.io/acme/api:1"), "kubernetes"))
  expect(answer).toMatchObject({ status: 422, body: { code: "platform_not_supported" } })
  expect((await manager.send("POST", "/v1/releases", { projectId: "default", stack: {} })).status).toBe(400)
})

test("refuses what the platform does in any deployment, with every reason under its place in the request", async () => {
  await using manager = await testManager()
  const streaming = (id: string) =>
    new Worker(id)
      .code({ type: "image", image: "ghcr.io/acme/api:1" })
      .publicEndpoint("web", { streaming: true })
      .build()
  const stack = new Stack("shop").add(streaming("one"), "live").add(streaming("two"), "live").build()
  const answer = await manager.send("POST", "/v1/releases", body(stack))
  expect(answer).toMatchObject({ status: 422, body: { code: "stack_not_supported" } })
  expect(answer.body.context.violations).toEqual([
    expect.objectContaining({ path: "stack.test.resources.one", code: "not_supported" }),
    expect.objectContaining({ path: "stack.test.resources.two", code: "not_supported" }),
  ])
  expect((await manager.send("GET", "/v1/releases?drafts=true")).body.items).toEqual([])
})

test("judges names at their longest, before any deployment has one", async () => {
  await using manager = await testManager()
  const api = new Worker("api").code({ type: "image", image: "acme/api:1" }).publicEndpoint("w".repeat(63)).build()
  const answer = await manager.send("POST", "/v1/releases", body(new Stack("shop").add(api, "live").build()))
  expect(answer).toMatchObject({ status: 422, body: { code: "stack_not_supported" } })
  expect(answer.body.context.violations[0]).toMatchObject({ code: "out_of_range" })
})

const planned = (path: string, manager: Awaited<ReturnType<typeof testManager>>) =>
  manager.until(
    () => manager.send("GET", path),
    (answer) => answer.body.status !== "planning",
  )

test("keeps a draft out of lists and away from followers, and plans it", async () => {
  await using manager = await testManager()
  const first = await release(manager)
  const { deployment } = (await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })).body
  const draft = await manager.send("POST", "/v1/releases", { ...body(stackWith("acme/api:2")), draft: true })
  expect(draft).toMatchObject({ status: 201, body: { draft: true } })
  expect((await manager.send("GET", "/v1/releases/latest")).body.id).toBe(first)
  expect((await manager.send("GET", "/v1/releases/latest?platform=test")).body.id).toBe(first)
  const ids = async (query: string) =>
    (await manager.send("GET", `/v1/releases${query}`)).body.items.map(({ id }: { id: string }) => id)
  expect(await ids("")).toEqual([first])
  expect(await ids("?drafts=true")).toEqual([draft.body.id, first])
  const path = `/v1/deployments/${deployment.id}`
  await manager.send("POST", `${path}/plan`, { releaseId: draft.body.id })
  expect((await planned(`${path}/plan`, manager)).body).toMatchObject({ status: "ready", releaseId: draft.body.id })
  expect((await manager.send("GET", path)).body).toEqual(deployment)
  expect((await manager.send("GET", `/v1/releases/${draft.body.id}`)).body.draft).toBe(true)
})

test("publishes a draft with the redeploy that names it, and the others follow it", async () => {
  await using manager = await testManager()
  await release(manager)
  const named = (name: string) => manager.send("POST", "/v1/deployments", { name, platform: "test" })
  const [asks, follows] = [(await named("asks")).body.deployment, (await named("follows")).body.deployment]
  const { id } = (await manager.send("POST", "/v1/releases", { ...body(stackWith("acme/api:2")), draft: true })).body
  const redeployed = await manager.send("POST", `/v1/deployments/${asks.id}/redeploy`, { releaseId: id })
  expect(redeployed).toMatchObject({ status: 200, body: { desiredReleaseId: null, generation: 2 } })
  expect((await manager.send("GET", "/v1/releases/latest")).body).toMatchObject({ id, draft: false })
  expect((await manager.send("GET", `/v1/deployments/${follows.id}`)).body.generation).toBe(2)
  manager.startRunner()
  await manager.until(
    () => manager.send("GET", `/v1/deployments/${follows.id}`),
    (answer) => answer.body.currentReleaseId === id,
  )
})
