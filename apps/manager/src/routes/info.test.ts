import { Stack, Worker } from "@alienplatform/core"
import { expect, test } from "vitest"
import { release, releaseStack, testManager } from "../testing/manager.ts"

test("lists every declared endpoint from the first second", async () => {
  await using manager = await testManager()
  await release(manager)
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", hold: true })
  const { id } = created.body.deployment
  const { status, body } = await manager.send("GET", `/v1/deployments/${id}/info`)
  expect(status).toBe(200)
  expect(body).toEqual({
    commands: { url: "http://127.0.0.1:1", deploymentId: id },
    ...{ platform: "test", status: "pending", generation: 1, observedGeneration: 0, error: null },
    resources: {
      api: {
        resourceType: "worker",
        publicUrl: null,
        publicEndpoints: {},
        endpoints: {
          web: {
            ...{ state: "provisioning", conditions: [], dnsRecords: [], hosts: [], certificate: null },
            unmanagedHosts: [],
          },
        },
      },
    },
    drift: [],
  })
})

test("answers with no resources before there is a release", async () => {
  await using manager = await testManager()
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const { body } = await manager.send("GET", `/v1/deployments/${created.body.deployment.id}/info`)
  expect(body.resources).toEqual({})
})

test("asks the cloud nothing, and requests one run when the watching begins", async () => {
  await using manager = await testManager()
  await release(manager)
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const { id } = created.body.deployment
  let requests = 0
  const requestRun = manager.store.requestRun.bind(manager.store)
  manager.store.requestRun = (...args) => {
    requests++
    return requestRun(...args)
  }
  for (let read = 0; read < 5; read++) await manager.send("GET", `/v1/deployments/${id}/info`)
  expect(requests).toBe(1)
  expect(manager.cloud.calls).toEqual([])
})

test("says one URL of several endpoints: that of api, else of the first http one by name", async () => {
  await using manager = await testManager()
  const build = (id: string, ...names: string[]) => {
    const worker = new Worker(id).code({ type: "image", image: "ghcr.io/acme/api:1" })
    for (const name of names) worker.publicEndpoint(name)
    return worker.build()
  }
  const stack = new Stack("shop")
    .add(build("named", "admin", "api"), "live")
    .add(build("other", "web", "admin"), "live")
  await releaseStack(manager, stack.build())
  const created = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test" })
  const { id } = created.body.deployment
  manager.startRunner()
  const { body } = await manager.until(
    () => manager.send("GET", `/v1/deployments/${id}/info`),
    ({ body }) => body.resources.other.publicUrl !== null && body.resources.named.publicUrl !== null,
  )
  const { named, other } = body.resources
  expect(named.publicUrl).toBe(named.publicEndpoints.api.url)
  expect(other.publicUrl).toBe(other.publicEndpoints.admin.url)
})
