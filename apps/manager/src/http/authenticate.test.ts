import { expect, test } from "vitest"
import { release, type TestManager, testManager } from "../testing/manager.ts"
import { createToken, ensureAdminToken } from "../tokens/stored-token.ts"

/** Two deployments, and tokens for the first one. */
async function twoDeployments(manager: TestManager) {
  await release(manager)
  const ids = []
  for (const name of ["mine", "theirs"]) {
    const { body } = await manager.send("POST", "/v1/deployments", { name, platform: "test", hold: true })
    ids.push(body.deployment.id as string)
  }
  const [mine = "", theirs = ""] = ids
  const of = { role: "customer", deployment: mine, description: "" } as const
  const { secret: customer } = await createToken(manager.store, of, 1)
  return { mine, theirs, customer, workload: manager.workloadTokens.tokenOf(mine, "api") }
}

test("refuses requests without a token, and says nothing about what is there", async () => {
  await using manager = await testManager()
  const { body } = await manager.send("GET", "/v1/whoami", undefined, { token: "wrong" })
  for (const path of ["/v1/whoami", "/v1/releases", "/v1/deployments/dep_x", "/v1/nothing"]) {
    const answer = await manager.send("GET", path, undefined, { token: null })
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual(body)
    expect(answer.headers.get("www-authenticate")).toBe("Bearer")
  }
})

test("answers the public routes without a token", async () => {
  await using manager = await testManager()
  for (const path of ["/health", "/openapi.json", "/v1/schemas/stack", "/v1/schemas/stack-settings"])
    expect((await manager.send("GET", path, undefined, { token: null })).status).toBe(200)
})

test("tells everybody who they are", async () => {
  await using manager = await testManager()
  const { mine, customer, workload } = await twoDeployments(manager)
  const whoami = async (token?: string) =>
    (await manager.send("GET", "/v1/whoami", undefined, token === undefined ? {} : { token })).body
  expect(await whoami()).toMatchObject({ kind: "token", role: "admin", scope: { type: "workspace" } })
  const scope = { type: "deployment", deploymentId: mine }
  expect(await whoami(customer)).toMatchObject({ id: expect.stringMatching(/^tok_/), role: "customer", scope })
  expect(await whoami(workload)).toMatchObject({ id: `${mine}/api`, role: "workload", scope })
})

test("makes one admin token, stores its hash only, and shows it once", async () => {
  await using manager = await testManager()
  expect(manager.token).toMatch(/^alien_admin_[\w-]{43}$/)
  expect(await ensureAdminToken(manager.store, 2)).toBeUndefined()
  expect(JSON.stringify(await manager.store.tokens())).not.toContain(manager.token)
})

test("looks nothing up for what cannot be a token, however often it is sent", async () => {
  await using manager = await testManager()
  const workload = manager.workloadTokens.tokenOf("dep_a", "api")
  let lookups = 0
  for (const name of ["tokenByHash", "deployment", "tokens"] as const) {
    const real = manager.store[name].bind(manager.store) as (...args: unknown[]) => Promise<never>
    manager.store[name] = (...args: unknown[]) => {
      lookups++
      return real(...args)
    }
  }
  const random = "A".repeat(43)
  const malformed = [
    ...["", "x", "alien_admin_", `alien_admin_${random}A`, `alien_admin_${random.slice(1)}`, `alien_root_${random}`],
    ...[`ALIEN_ADMIN_${random}`, `alien_admin_${random} alien_admin_${random}`, `alien_admin_${"A".repeat(100_000)}`],
    ...[`alien_workload_${random}.${random}`, `${workload}A`, workload.slice(0, -1), "alien_workload_."],
  ]
  for (let round = 0; round < 20; round++)
    for (const token of malformed)
      expect((await manager.send("GET", "/v1/deployments/dep_a/info", undefined, { token })).status).toBe(401)
  expect(lookups).toBe(0)
  const known = await manager.send("GET", "/v1/whoami", undefined, { token: `alien_admin_${random}` })
  expect([known.status, lookups]).toEqual([401, 1])
})

test("answers a customer for another deployment as for one that does not exist, and looks neither up", async () => {
  await using manager = await testManager()
  const { mine, theirs, customer, workload } = await twoDeployments(manager)
  const nobody = theirs.replace(/.{4}$/, "zzzz")
  const requests: [string, string, unknown?][] = [
    ...["", "/info", "/plan", "/logs", "/dns"].map((rest): [string, string] => ["GET", rest]),
    ["PATCH", "", { stackSettings: {} }],
    ["PATCH", "", { environmentVariables: [{ name: "A", value: "b", type: "plain" }] }],
    ["POST", "/plan", {}],
    ["POST", "/retry"],
  ]
  const looked: string[] = []
  const real = manager.store.deployment.bind(manager.store)
  manager.store.deployment = (id) => {
    looked.push(id)
    return real(id)
  }
  for (const [method, rest, body] of requests) {
    const ask = (id: string) => manager.send(method, `/v1/deployments/${id}${rest}`, body, { token: customer })
    const [other, none] = [await ask(theirs), await ask(nobody)]
    expect([other.status, none.status]).toEqual([404, 404])
    expect(JSON.stringify(other.body).replaceAll(theirs, "ID")).toBe(JSON.stringify(none.body).replaceAll(nobody, "ID"))
    // And as an admin is answered for one that does not exist.
    if (rest === "") expect(none.body).toEqual((await manager.send(method, `/v1/deployments/${nobody}`, body)).body)
  }
  expect(looked).not.toContain(theirs)
  const info = await manager.send("GET", `/v1/deployments/${theirs}/info`, undefined, { token: workload })
  expect(info.status).toBe(404)
  expect(await real(theirs)).toMatchObject({ deleteAction: null, generation: 1 })
  expect(looked).toContain(mine)
})

test("lets a customer see and settle its own deployment, and list nothing else", async () => {
  await using manager = await testManager()
  const { mine, customer } = await twoDeployments(manager)
  const ask = (method: string, rest: string, body?: unknown) =>
    manager.send(method, `/v1/deployments/${mine}${rest}`, body, { token: customer })
  expect((await ask("GET", "")).status).toBe(200)
  expect((await ask("GET", "/info")).status).toBe(200)
  expect((await ask("PATCH", "", { stackSettings: { updates: "auto" } })).status).toBe(200)
  expect((await ask("POST", "/plan", {})).status).toBe(202)
  expect((await ask("GET", "/plan")).status).toBe(200)
  expect((await ask("POST", "/retry")).status).toBe(200)
  const listed = async (query: string) =>
    (await manager.send("GET", `/v1/deployments${query}`, undefined, { token: customer })).body.items
  expect((await listed("")).map(({ id }: { id: string }) => id)).toEqual([mine])
  expect(await listed("?name=theirs")).toEqual([])
})

test("refuses a customer everything that is the vendor's, whether it exists or not", async () => {
  await using manager = await testManager()
  const { mine, theirs, customer } = await twoDeployments(manager)
  const variables = [{ name: "A", value: "b", type: "plain" }]
  const refused: [string, string, unknown?][] = [
    ["PATCH", `/v1/deployments/${mine}`, { environmentVariables: variables }],
    ["PATCH", `/v1/deployments/${mine}`, { stackSettings: {}, environmentVariables: null }],
    ...[mine, theirs, "dep_none"].flatMap((id): [string, string, unknown][] => [
      ["POST", `/v1/deployments/${id}/delete`, { action: "cleanup" }],
      ["POST", `/v1/deployments/${id}/delete`, { action: "forget" }],
      ["POST", `/v1/deployments/${id}/redeploy`, {}],
    ]),
    ["POST", "/v1/deployments", { name: "other", platform: "test" }],
    ["GET", "/v1/releases"],
    ["GET", "/v1/releases/latest"],
    ["GET", "/v1/tokens"],
    ["POST", "/v1/tokens", { role: "admin" }],
    ["DELETE", "/v1/tokens/tok_x"],
    ["GET", "/v1/nothing"],
  ]
  const messages = new Set<string>()
  for (const [method, path, body] of refused) {
    const answer = await manager.send(method, path, body, { token: customer })
    const { code, message, hint, context } = answer.body
    expect([answer.status, code, context], `${method} ${path}`).toEqual([
      ...[403, "forbidden"],
      { role: "customer", needs: "admin" },
    ])
    expect([message, hint]).toEqual([
      expect.stringContaining("takes an admin's token, which the vendor has; this one is a customer's"),
      expect.stringContaining("ask the vendor"),
    ])
    messages.add(message.split(" takes ")[0])
  }
  // By what was asked, never by whether it exists.
  expect([...messages]).toEqual([
    "changing environmentVariables",
    ...["POST /v1/deployments/{id}/delete", "POST /v1/deployments/{id}/redeploy", "POST /v1/deployments"],
    ...["GET /v1/releases", "GET /v1/releases/latest", "GET /v1/tokens", "POST /v1/tokens", "DELETE /v1/tokens/{id}"],
    "this request",
  ])
  expect(await manager.store.deployment(mine)).toMatchObject({ environmentVariables: [], deleteAction: null })
})

test("lets a workload read its own info, and nothing else", async () => {
  await using manager = await testManager()
  const { mine, workload } = await twoDeployments(manager)
  const status = async (method: string, path: string, body?: unknown) =>
    (await manager.send(method, path, body, { token: workload })).status
  expect(await status("GET", `/v1/deployments/${mine}/info`)).toBe(200)
  expect(await status("GET", `/v1/deployments/${mine}`)).toBe(403)
  expect(await status("GET", "/v1/deployments")).toBe(403)
  expect(await status("PATCH", `/v1/deployments/${mine}`, { stackSettings: {} })).toBe(403)
  expect(await status("POST", `/v1/deployments/${mine}/delete`, { action: "forget" })).toBe(403)
})

test("takes no token of a deployment that is deleted, and no revoked one", async () => {
  await using manager = await testManager()
  const { mine, theirs, customer, workload } = await twoDeployments(manager)
  await manager.send("POST", `/v1/deployments/${mine}/delete`, { action: "cleanup" })
  const whoami = async (token: string) => (await manager.send("GET", "/v1/whoami", undefined, { token })).status
  expect([await whoami(customer), await whoami(workload)]).toEqual([200, 200])
  manager.startRunner()
  await manager.until(
    () => manager.store.deployment(mine),
    (one) => one?.status === "deleted",
  )
  expect([await whoami(customer), await whoami(workload)]).toEqual([401, 401])
  const of = { role: "customer", deployment: theirs, description: "" } as const
  const { row, secret } = await createToken(manager.store, of, 1)
  await manager.store.revokeToken(row.id, 2)
  expect(await whoami(secret)).toBe(401)
  expect(await whoami(manager.workloadTokens.tokenOf("dep_unknown", "api"))).toBe(401)
})
