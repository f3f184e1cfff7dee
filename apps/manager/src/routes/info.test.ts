import { expect, test } from "vitest"
import { release, testManager } from "../testing/manager.ts"

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
