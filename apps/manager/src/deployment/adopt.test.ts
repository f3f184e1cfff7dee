import { expect, test } from "vitest"
import { type Answer, release, type TestManager, testManager } from "../testing/manager.ts"

const shop = { name: "shop", platform: "test" }
const KEY = { name: "KEY", value: "s3cr3t", type: "secret" }

const get = (manager: TestManager, id: string) => async () => (await manager.send("GET", `/v1/deployments/${id}`)).body
const reaches = (status: string) => (body: Answer["body"]) =>
  body.status === status && body.generation === body.observedGeneration
const post = (manager: TestManager, more: object) => manager.send("POST", "/v1/deployments", { ...shop, ...more })

async function removed(manager: TestManager, id: string, action: string): Promise<void> {
  await manager.send("POST", `/v1/deployments/${id}/delete`, { action })
  await manager.until(get(manager, id), reaches("deleted"))
}

/** A deployment that ran with a secret variable and was forgotten. */
async function forgotten(manager: TestManager): Promise<Answer["body"]> {
  await release(manager)
  const { body } = await post(manager, { environmentVariables: [KEY], stackSettings: { updates: "approval-required" } })
  const { id } = body.deployment
  manager.startRunner()
  await manager.until(get(manager, id), reaches("running"))
  await removed(manager, id, "forget")
  return body.deployment
}

test("finds all its objects again with its id, prefix, settings and variables, and makes nothing", async () => {
  await using manager = await testManager()
  const before = await forgotten(manager)
  const objects = structuredClone([...manager.cloud.objects])
  const calls = manager.cloud.calls.length
  const { status, body } = await post(manager, { adopt: before.id })
  expect(status).toBe(201)
  const { id, resourcePrefix, stackSettings, environmentVariables } = before
  expect(body.deployment).toMatchObject({ id, resourcePrefix, stackSettings, environmentVariables, deleteAction: null })
  expect(body.deployment.cleanup).toBeUndefined()
  const running = await manager.until(get(manager, id), reaches("running"))
  expect(running.currentReleaseId).toBe(before.desiredReleaseId)
  expect([...manager.cloud.objects]).toEqual(objects)
  expect(manager.cloud.calls.slice(calls).filter((call) => !call.startsWith("read"))).toEqual([])
})

test("plans, before and while it is held, to adopt what is found and to create what is not", async () => {
  await using manager = await testManager()
  const { id } = await forgotten(manager)
  manager.cloud.lose("fake.Route")
  const wanted = [
    ["adopt", "api/program"],
    ["create", "api/route/web"],
  ]
  const actions = ({ plan }: Answer["body"]) =>
    plan.actions.map(({ action, node }: { action: string; node: string }) => [action, node])
  const ahead = await manager.send("POST", "/v1/plans", { ...shop, adopt: id })
  expect([ahead.status, actions(ahead.body)]).toEqual([200, wanted])
  expect((await get(manager, id)()).status).toBe("deleted")

  await post(manager, { adopt: id, hold: true })
  await manager.send("POST", `/v1/deployments/${id}/plan`)
  const plan = await manager.until(
    async () => (await manager.send("GET", `/v1/deployments/${id}/plan`)).body,
    (body) => body.status === "ready",
  )
  expect(actions(plan)).toEqual(wanted)
})

test("takes what the body gives in place of what it had", async () => {
  await using manager = await testManager()
  const { id } = await forgotten(manager)
  const next = await release(manager, "ghcr.io/acme/api:2")
  const { body } = await post(manager, {
    adopt: id,
    name: "store",
    releaseId: next,
    stackSettings: {},
    environmentVariables: [{ name: "COLOUR", value: "red", type: "plain" }],
  })
  expect(body.deployment).toMatchObject({
    ...{ id, name: "store", desiredReleaseId: next, stackSettings: { updates: "auto" } },
    environmentVariables: [{ name: "COLOUR", value: "red" }],
  })
  await manager.until(get(manager, id), reaches("running"))
  expect(manager.cloud.calls).toContain("update fake.Program")
})

test("answers the same request twice, and at once, with the same deployment", async () => {
  await using manager = await testManager()
  const { id } = await forgotten(manager)
  const answers = await Promise.all([post(manager, { adopt: id }), post(manager, { adopt: id })])
  answers.push(await post(manager, { adopt: id }))
  expect(answers.map(({ status, body }) => [status, body.deployment?.id])).toEqual([
    [201, id],
    [201, id],
    [201, id],
  ])
})

test("refuses what was not forgotten, what never was, and names that are taken", async () => {
  await using manager = await testManager()
  const { id } = await forgotten(manager)
  const refused = async (more: object) => {
    const { status, body } = await post(manager, { name: "other", ...more })
    return [status, body.code]
  }
  const living = (await post(manager, { name: "living", hold: true })).body.deployment.id
  const gone = (await post(manager, { name: "gone" })).body.deployment.id
  await removed(manager, gone, "cleanup")
  expect(await refused({ adopt: living })).toEqual([409, "not_forgotten"])
  expect(await refused({ adopt: gone })).toEqual([409, "not_forgotten"])
  expect(await refused({ adopt: "dep_elsewhere" })).toEqual([422, "other_installation"])
  expect(await refused({ adopt: id, name: "living" })).toEqual([409, "name_taken"])
  expect(await refused({ adopt: id, releaseId: "rel_nothing" })).toEqual([422, "release_unavailable"])
  const planned = await manager.send("POST", "/v1/plans", { ...shop, adopt: gone })
  expect([planned.status, planned.body.code]).toEqual([409, "not_forgotten"])
  expect((await get(manager, id)()).status).toBe("deleted")
})

test("refuses another prefix, target or platform, because its objects were made with the old one", async () => {
  await using manager = await testManager()
  const { id, resourcePrefix } = await forgotten(manager)
  const { status, body } = await post(manager, {
    ...{ adopt: id, platform: "local", resourcePrefix: "other", target: { aws: { region: "us-east-1" } } },
  })
  expect([status, body.code]).toEqual([400, "request_invalid"])
  expect(body.context.violations.map(({ path, code }: Answer["body"]) => [path, code])).toEqual([
    ["platform", "adoption_differs"],
    ["resourcePrefix", "adoption_differs"],
    ["target", "adoption_differs"],
  ])
  expect((await post(manager, { adopt: id, resourcePrefix, target: {} })).status).toBe(201)
})

test("is an admin's alone", async () => {
  await using manager = await testManager()
  const { id } = await forgotten(manager)
  const { body } = await manager.send("POST", "/v1/deployments", { ...shop, name: "other", hold: true })
  const asked = { role: "customer", deploymentId: body.deployment.id, description: "" }
  const { secret } = (await manager.send("POST", "/v1/tokens", asked)).body
  const answer = await manager.send("POST", "/v1/deployments", { ...shop, adopt: id }, { token: secret })
  expect([answer.status, answer.body.code]).toEqual([403, "forbidden"])
})
