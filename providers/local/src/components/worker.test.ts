import * as alien from "@alienplatform/core"
import { parseStack } from "@alienplatform/core"
import { Graph } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { local } from "../index.ts"
import { code, deployment, expand, golden, stackOf } from "../testing/expand.ts"

test("it expands two workers into processes, gates, certificates and routes", async () => {
  const stack = stackOf(
    {
      id: "api",
      publicEndpoints: [{ name: "web" }, { name: "hooks", hostLabel: "in" }, { name: "admin" }],
      readinessProbe: { method: "GET", path: "/health" },
      environment: { GREETING: "hello" },
      concurrencyLimit: 5,
      links: [{ id: "Job_Runner" }],
    },
    { id: "Job_Runner", type: "function" },
  )
  await expect(golden(expand(stack))).toMatchFileSnapshot("./worker.golden.json")
})

test("it uses the builder's function with its endpoint `default`", () => {
  const api = new alien.Function("api").code(code).ingress("public").build()
  const { endpoints } = expand(new alien.Stack("my-app").add(api, "live").build())
  expect(endpoints).toMatchObject([{ resource: "api", endpoint: "default", hosts: [{ host: "api.dev.localhost" }] }])
})

test("it leaves a private worker without hosts", () => {
  const { graph, endpoints } = expand(stackOf({ id: "api" }))
  expect(endpoints).toEqual([])
  expect([...graph.nodes.keys()]).toEqual(["api/process", "api/readiness"])
})

test("it refuses a host that two endpoints would have", () => {
  const stack = stackOf(
    { id: "api", publicEndpoints: [{ name: "web" }] },
    { id: "other", publicEndpoints: [{ name: "web", hostLabel: "api" }] },
  )
  expect(() => expand(stack)).toThrow(
    expect.objectContaining({
      code: "stack_not_supported",
      context: {
        violations: [
          expect.objectContaining({ code: "host_label_collision", path: "resources.api.publicEndpoints[0].hostLabel" }),
        ],
      },
    }),
  )
})

test("it refuses custom domains and triggers, all at once", () => {
  const domain = { domain: "api.example.com", certificate: { pem: { certificateChain: "c", privateKey: "k" } } }
  const { resources } = parseStack(
    stackOf({ id: "api", triggers: [{ type: "schedule", cron: "* * * * *" }], publicEndpoints: [{ name: "web" }] }),
  )
  const resource = resources.api?.config
  if (!resource) throw new Error("not there")
  const component = local.components.find((one) => one.resource === "worker")
  const settings = { updates: "auto", domains: { customDomains: { api: domain } } }
  const graph = new Graph({ prefix: "k" })
  expect(() =>
    component?.expand({ graph, resource, resources: { api: resource }, settings, deployment, secrets: {} }),
  ).toThrow(
    expect.objectContaining({
      code: "stack_not_supported",
      context: {
        violations: [
          expect.objectContaining({ code: "not_supported", path: "resources.api.triggers" }),
          expect.objectContaining({ code: "not_supported" }),
        ],
      },
    }),
  )
})

test("it knows the gateway's own pages", () => {
  const answer = { status: 502, body: "" }
  expect(local.isFrontAnswer({ ...answer, headers: { "x-alien-gateway": "upstream_unreachable" } })).toBe(true)
  expect(local.isFrontAnswer({ ...answer, headers: {} })).toBe(false)
})

test("it hands secrets and the token for the manager over as secrets, and the manager's URL in the open", () => {
  const manager = { url: "http://127.0.0.1:7400", tokenOf: (resource: string) => `alien_workload_${resource}` }
  const { graph } = expand(stackOf({ id: "Api", environment: { KEY: "declared" } }), {
    secrets: { KEY: "hidden" },
    deployment: { manager },
  })
  const process = graph.nodes.get("api/process")
  expect(process?.type).toMatchObject({ secret: ["secrets", "managerToken"] })
  expect(process?.props).toMatchObject({ secrets: { KEY: "hidden" }, managerToken: "alien_workload_Api" })
  const { secrets: _, managerToken: __, ...open } = process?.props ?? {}
  expect(JSON.stringify(open)).not.toMatch(/hidden|alien_workload/)
  expect(open.injected).toMatchObject({ ALIEN_MANAGER_URL: "http://127.0.0.1:7400", ALIEN_DEPLOYMENT_ID: "dep_a" })
})

test("it tells only what it does otherwise than asked for", () => {
  const plain = stackOf({ id: "api", memoryMb: 512, publicEndpoints: [{ name: "web" }] })
  expect(expand(plain).notes).toEqual([])
  const asking = stackOf({ id: "api", memoryMb: 2048, publicEndpoints: [{ name: "web", wildcardSubdomains: true }] })
  expect(expand(asking, { settings: { endpoints: { api: { exposure: "network" } } } }).notes).toEqual([
    "api: memory (2048 MB) is not enforced on this machine",
    "api.web: wildcardSubdomains has no effect on this machine, only its own host is served",
    "api.web: exposure network reaches no further than this machine",
  ])
})

test("it says of a link that it tells no URL where what it leads to is private", () => {
  const open = { id: "open", publicEndpoints: [{ name: "web" }] }
  const stack = stackOf({ id: "api", links: [{ id: "open" }, { id: "quiet" }] }, open, { id: "quiet" })
  expect(expand(stack).notes).toEqual(["api: the link to quiet tells it no URL, quiet has no public endpoint"])
})

test("it runs an image that listens on PORT, with its memory", () => {
  const { graph, notes } = expand(
    stackOf({
      id: "Api_1",
      code: { type: "image", image: "acme/api:1" },
      memoryMb: 256,
      publicEndpoints: [{ name: "web" }],
    }),
  )
  expect(notes).toEqual([])
  expect(graph.nodes.get("api_1/process")?.props).toMatchObject({
    ports: [["PORT"]],
    container: { alias: "api-1", inside: [8080], memoryBytes: 256 * 1024 * 1024 },
  })
})
