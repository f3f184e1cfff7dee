import { Stack, Worker } from "@alienplatform/core"
import { expect, test } from "vitest"
import { type TestManager, testManager } from "../testing/manager.ts"

async function releaseOf(manager: TestManager, stackId: string): Promise<string> {
  const api = new Worker("api")
    .code({ type: "image", image: `acme/${stackId}:1` })
    .publicEndpoint("web")
    .build()
  const stack = { test: new Stack(stackId).add(api, "live").build() }
  const { body } = await manager.send("POST", "/v1/releases", { projectId: "default", stack, draft: true })
  return body.id
}

test("a release of another stack is refused in the plan and in the redeploy, and taken where it is asked for", async () => {
  await using manager = await testManager()
  const shop = await releaseOf(manager, "shop")
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", releaseId: shop })
  const { id } = created.body.deployment
  const releaseId = await releaseOf(manager, "blog")
  for (const path of ["plan", "redeploy"]) {
    const refused = await manager.send("POST", `/v1/deployments/${id}/${path}`, { releaseId })
    expect(refused).toMatchObject({ status: 409, body: { code: "stack_mismatch" } })
    expect(refused.body.message).toContain("shop has the stack shop")
    expect(refused.body.message).toContain("of the stack blog")
  }
  expect((await manager.send("GET", `/v1/deployments/${id}`)).body.desiredReleaseId).toBe(shop)
  const asked = await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId, otherStack: true })
  expect(asked.status).toBe(200)
  expect((await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId })).status).toBe(200)
  expect((await manager.send("POST", `/v1/deployments/${id}/redeploy`, { releaseId: shop })).status).toBe(409)
})
