import { newId } from "@alienplatform/core"
import { expect, test } from "vitest"
import { testManager } from "../testing/manager.ts"
import { ensureAdminToken, tokenHash } from "./token.ts"

test("refuses requests without a token, and says nothing about what is there", async () => {
  await using manager = await testManager()
  for (const path of ["/v1/whoami", "/v1/releases", "/v1/deployments/dep_x", "/v1/nothing"]) {
    const answer = await manager.send("GET", path, undefined, { token: null })
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual((await manager.send("GET", "/v1/whoami", undefined, { token: "wrong" })).body)
    expect(answer.headers.get("www-authenticate")).toBe("Bearer")
  }
})

test("answers the public routes without a token", async () => {
  await using manager = await testManager()
  for (const path of ["/health", "/openapi.json", "/v1/schemas/stack", "/v1/schemas/stack-settings"])
    expect((await manager.send("GET", path, undefined, { token: null })).status).toBe(200)
})

test("knows the admin", async () => {
  await using manager = await testManager()
  const { status, body } = await manager.send("GET", "/v1/whoami")
  expect(status).toBe(200)
  expect(body).toMatchObject({ kind: "token", role: "admin", workspaceId: "default", scope: { type: "workspace" } })
})

test("refuses a revoked token", async () => {
  await using manager = await testManager()
  const [row] = await manager.store.tokens()
  await manager.store.revokeToken(row?.id ?? "", 1)
  expect((await manager.send("GET", "/v1/whoami")).status).toBe(401)
})

test("refuses a customer's token everywhere but at whoami, whether the thing exists or not", async () => {
  await using manager = await testManager()
  const id = newId("tok")
  const common = { description: "", createdAt: 1, revokedAt: null }
  await manager.store.putToken({ id, hash: tokenHash("theirs"), role: "customer", deployment: "dep_a", ...common })
  const options = { token: "theirs" }
  expect((await manager.send("GET", "/v1/whoami", undefined, options)).body.scope).toEqual({
    type: "deployment",
    deploymentId: "dep_a",
  })
  expect((await manager.send("GET", "/v1/deployments/dep_b", undefined, options)).status).toBe(403)
  expect((await manager.send("GET", "/v1/releases", undefined, options)).status).toBe(403)
})

test("makes one admin token, stores its hash only, and shows it once", async () => {
  await using manager = await testManager()
  expect(manager.token).toMatch(/^alien_admin_[\w-]{43}$/)
  expect(await ensureAdminToken(manager.store, 2)).toBeUndefined()
  expect(JSON.stringify(await manager.store.tokens())).not.toContain(manager.token)
})
