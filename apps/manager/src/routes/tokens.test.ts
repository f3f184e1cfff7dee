import { createClient } from "@alienplatform/api/client"
import { expect, test } from "vitest"
import { release, type TestManager, testManager } from "../testing/manager.ts"

async function deployment(manager: TestManager, name: string): Promise<string> {
  const { body } = await manager.send("POST", "/v1/deployments", { name, platform: "test", hold: true })
  return body.deployment.id
}

const admin = { role: "admin", description: "for CI" }

test("makes tokens of both roles, shows each once and keeps its hash alone", async () => {
  await using manager = await testManager()
  await release(manager)
  const deploymentId = await deployment(manager, "shop")
  const made = await manager.send("POST", "/v1/tokens", { role: "customer", deploymentId, description: "for DNS" })
  expect(made.status).toBe(201)
  expect(made.body.secret).toMatch(/^alien_customer_[\w-]{43}$/)
  expect(made.body.token).toMatchObject({ role: "customer", deploymentId, description: "for DNS", revokedAt: null })
  const other = await manager.send("POST", "/v1/tokens", { role: "admin" })
  expect(other.body.secret).toMatch(/^alien_admin_[\w-]{43}$/)
  expect(other.body.token).toMatchObject({ role: "admin", deploymentId: null, description: "" })

  const stored = JSON.stringify([await manager.store.tokens(), (await manager.send("GET", "/v1/tokens")).body])
  for (const { body } of [made, other]) expect(stored).not.toContain(body.secret)
  expect((await manager.send("GET", "/v1/tokens", undefined, { token: other.body.secret })).status).toBe(200)
})

test("lists tokens newest first, revoked ones too, without their hashes", async () => {
  await using manager = await testManager()
  const ids: string[] = []
  for (const role of ["admin", "admin"]) ids.unshift((await manager.send("POST", "/v1/tokens", { role })).body.token.id)
  await manager.send("DELETE", `/v1/tokens/${ids[0]}`)
  const { body } = await manager.send("GET", "/v1/tokens")
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(ids))
  expect(body.items.find(({ id }: { id: string }) => id === ids[0]).revokedAt).toEqual(expect.any(String))
  expect(JSON.stringify(body)).not.toContain("hash")
})

test("revokes a token at once, and is asked twice in peace", async () => {
  await using manager = await testManager()
  const { body } = await manager.send("POST", "/v1/tokens", admin)
  expect((await manager.send("DELETE", `/v1/tokens/${body.token.id}`)).status).toBe(204)
  expect((await manager.send("GET", "/v1/whoami", undefined, { token: body.secret })).status).toBe(401)
  expect((await manager.send("DELETE", `/v1/tokens/${body.token.id}`)).status).toBe(204)
  expect((await manager.send("DELETE", "/v1/tokens/tok_unknown")).body).toMatchObject({ code: "not_found" })
})

test("says which token it revoked to who accepts JSON by name", async () => {
  await using manager = await testManager()
  const { body } = await manager.send("POST", "/v1/tokens", admin)
  const fetch = async (url: string | URL | Request, init?: RequestInit) => manager.app.request(`${url}`, init)
  const client = createClient({
    url: "http://127.0.0.1:1",
    token: manager.token,
    fetch: fetch as typeof globalThis.fetch,
  })
  expect(await client.revokeToken(body.token.id)).toMatchObject({ id: body.token.id, revokedAt: expect.any(String) })
})

test("shows a token's kind and how it starts, as published clients read them", async () => {
  await using manager = await testManager()
  const { body } = await manager.send("POST", "/v1/tokens", admin)
  expect(body.token).toMatchObject({ tokenType: "admin", keyPrefix: "alien_admin_" })
  expect(body.secret.startsWith(body.token.keyPrefix)).toBe(true)
})

test("refuses kinds of tokens that are not made here, and a request for none", async () => {
  await using manager = await testManager()
  const tunnel = await manager.send("POST", "/v1/tokens", { type: "tunnel", deploymentGroupId: "default" })
  expect(tunnel).toMatchObject({ status: 422, body: { code: "not_supported" } })
  const none = await manager.send("POST", "/v1/tokens", {})
  expect(none.body.context.violations).toMatchObject([{ path: "role", code: "value_missing" }])
})

test("keeps the last admin token, whoever asks", async () => {
  await using manager = await testManager()
  const { body: me } = await manager.send("GET", "/v1/whoami")
  const refused = await manager.send("DELETE", `/v1/tokens/${me.id}`)
  expect(refused).toMatchObject({ status: 409, body: { code: "last_admin_token" } })
  const { body } = await manager.send("POST", "/v1/tokens", admin)
  expect((await manager.send("DELETE", `/v1/tokens/${me.id}`)).status).toBe(204)
  const options = { token: body.secret }
  expect((await manager.send("DELETE", `/v1/tokens/${body.token.id}`, undefined, options)).status).toBe(409)
})

test("wants a deployment that lives for a customer, and none for an admin", async () => {
  await using manager = await testManager()
  const refused = async (body: object) => {
    const answer = await manager.send("POST", "/v1/tokens", body)
    return [answer.status, answer.body.code, answer.body.context?.violations?.[0]?.path]
  }
  expect(await refused({ role: "customer" })).toEqual([400, "request_invalid", "deploymentId"])
  expect(await refused({ role: "admin", deploymentId: "dep_a" })).toEqual([400, "request_invalid", "deploymentId"])
  expect(await refused({ role: "workload", deploymentId: "dep_a" })).toEqual([400, "request_invalid", "role"])
  expect(await refused({ role: "customer", deploymentId: "dep_a" })).toEqual([404, "not_found", undefined])
  await release(manager)
  const id = await deployment(manager, "shop")
  await manager.send("POST", `/v1/deployments/${id}/delete`, { action: "cleanup" })
  manager.startRunner()
  await manager.until(
    () => manager.store.deployment(id),
    (one) => one?.status === "deleted",
  )
  expect(await refused({ role: "customer", deploymentId: id })).toEqual([404, "not_found", undefined])
})
