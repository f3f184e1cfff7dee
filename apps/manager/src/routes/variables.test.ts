import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { sealerOf } from "../secrets/seal.ts"
import { release, type TestManager, testManager } from "../testing/manager.ts"

const plain = { name: "COLOUR", value: "red", type: "plain" } as const
const secret = { name: "PASSWORD", value: "hunter2", type: "secret" }

async function created(manager: TestManager, environmentVariables: object[], more: object = {}): Promise<string> {
  const body = { name: "shop", platform: "test", environmentVariables, ...more }
  const answer = await manager.send("POST", "/v1/deployments", body)
  return answer.body.deployment?.id ?? answer
}
const patch = (manager: TestManager, id: string, environmentVariables: object[]) =>
  manager.send("PATCH", `/v1/deployments/${id}`, { environmentVariables })
const get = (manager: TestManager, id: string) => async () => (await manager.send("GET", `/v1/deployments/${id}`)).body
// biome-ignore lint/suspicious/noExplicitAny: an answer is looked into.
const runs = (body: any) => body.status === "running" && body.generation === body.observedGeneration
const program = ({ cloud }: TestManager) =>
  [...cloud.objects.values()].find(({ id }) => id.startsWith("fake.Program"))?.props

test("hands secrets to what they are for, and shows their values nowhere", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await created(manager, [plain, { ...secret, targetResources: ["api"] }])
  manager.startRunner()
  const running = await manager.until(get(manager, id), runs)
  expect(running.environmentVariables).toEqual([plain, { ...secret, value: null, targetResources: ["api"] }])
  expect(program(manager)).toMatchObject({ environment: { COLOUR: "red" }, secrets: { PASSWORD: "hunter2" } })
  const path = `/v1/deployments/${id}`
  await manager.send("POST", `${path}/plan`, {})
  const { body: plan } = await manager.until(
    () => manager.send("GET", `${path}/plan`),
    ({ body }) => body.status !== "planning",
  )
  expect(plan).toMatchObject({ status: "ready", plan: { summary: { keep: 2, update: 0 } } })
  const told = [plan, running, await manager.store.events(id, { limit: 99 }), await manager.store.rows(id)]
  expect(JSON.stringify(told)).not.toContain("hunter2")
  for (const file of ["manager.db", "manager.db-wal"])
    expect((await readFile(join(manager.directory, file))).includes("hunter2")).toBe(false)
})

test("changes variables by name, removes them by null, and leaves the others", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await created(manager, [plain, secret])
  manager.startRunner()
  await manager.until(get(manager, id), runs)
  const changed = await patch(manager, id, [
    { ...plain, value: null },
    { ...secret, value: "hunter3" },
    { name: "SIZE", value: "9", type: "plain" },
  ])
  expect(changed).toMatchObject({
    status: 200,
    body: {
      environmentVariables: [
        { name: "PASSWORD", value: null },
        { name: "SIZE", value: "9" },
      ],
    },
  })
  await manager.until(get(manager, id), runs)
  expect(program(manager)).toMatchObject({ environment: { SIZE: "9" }, secrets: { PASSWORD: "hunter3" } })
  const settings = await manager.send("PATCH", `/v1/deployments/${id}`, { stackSettings: {} })
  expect(settings.body.environmentVariables).toHaveLength(2)
})

test("loses no variable when several are set at once", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await created(manager, [])
  const names = ["A", "B", "C", "D"]
  await Promise.all(names.map((name) => patch(manager, id, [{ ...plain, name }])))
  const { environmentVariables } = await get(manager, id)()
  expect(environmentVariables.map(({ name }: { name: string }) => name).sort()).toEqual(names)
})

test("refuses a variable twice, one for nobody, one for an unknown resource and too many", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await created(manager, [plain])
  const refused = async (variables: object[]) => {
    const { status, body } = await patch(manager, id, variables)
    return [status, body.code, body.context.violations[0].path]
  }
  expect(await refused([secret, secret])).toEqual([400, "request_invalid", "environmentVariables[1].name"])
  const path = "environmentVariables[0].targetResources"
  expect(await refused([{ ...secret, targetResources: [] }])).toEqual([400, "request_invalid", path])
  const unknown = await refused([{ ...secret, targetResources: ["nobody"] }])
  expect(unknown).toEqual([422, "stack_not_supported", "environmentVariables.PASSWORD"])
  const many = (from: number) => Array.from({ length: 300 }, (_, index) => ({ ...plain, name: `V${from + index}` }))
  expect((await patch(manager, id, many(0))).status).toBe(200)
  expect(await refused(many(300))).toEqual([400, "request_invalid", "environmentVariables"])
})

test("refuses a value that no process can be given, without repeating it", async () => {
  await using manager = await testManager()
  const { status, body } = await patch(manager, await created(manager, []), [{ ...secret, value: "hunter2\0" }])
  expect([status, body.context.violations[0].path]).toEqual([400, "environmentVariables[0].value"])
  expect(JSON.stringify(body)).not.toContain("hunter2")
})

test("keeps no secret of a deployment that is deleted", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await created(manager, [plain, secret])
  manager.startRunner()
  await manager.until(get(manager, id), runs)
  await manager.send("POST", `/v1/deployments/${id}/delete`, { action: "cleanup" })
  await manager.until(get(manager, id), ({ status }) => status === "deleted")
  expect((await manager.store.deployment(id))?.environmentVariables).toEqual([])
})

test("knows the same request with a secret again, and one with another secret not", async () => {
  await using manager = await testManager()
  const id = await created(manager, [secret])
  expect(await created(manager, [secret])).toBe(id)
  expect(await created(manager, [{ ...secret, value: "hunter3" }])).toMatchObject({ status: 409 })
})

test("names a secret that another key sealed, until it is set again or removed", async () => {
  await using manager = await testManager()
  await release(manager)
  const id = await created(manager, [plain, secret])
  const sealed = sealerOf(new Uint8Array(32).fill(1)).seal(id, "PASSWORD", "hunter2")
  const unreadable = { name: "PASSWORD", type: "secret", sealed } as const
  await manager.store.change(id, { environmentVariables: [plain, unreadable] }, 1)
  manager.startRunner()
  const failed = await manager.until(get(manager, id), ({ error }) => error !== null)
  expect(failed).toMatchObject({ status: "provisioning-failed", error: { code: "secret_unreadable" } })
  expect(failed.error.message).toContain("environmentVariables.PASSWORD")
  const other = await patch(manager, id, [{ ...plain, value: "blue" }])
  expect(other).toMatchObject({ status: 422, body: { code: "secret_unreadable" } })
  expect((await patch(manager, id, [secret])).status).toBe(200)
  await manager.until(get(manager, id), runs)
})
