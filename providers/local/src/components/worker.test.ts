import * as alien from "@alienplatform/core"
import { parseStack, parseStackSettings } from "@alienplatform/core"
import { Graph, Ref } from "@alienplatform/engine"
import { expect, test } from "vitest"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { local } from "../index.ts"

const deployment: LocalDeploymentContext = {
  id: "dep_a",
  name: "dev",
  platform: "local",
  prefix: "kabc1234",
  gatewayPort: 8443,
  certificateAuthority: "PEM",
  certificateAuthorityFile: "/data/ca/ca.crt",
  certificateBundleFile: "/data/gateway/trust.pem",
  artifactsDirectory: "/data/artifacts",
  workerCommand: ["node", "runtime.js"],
}

const code = { type: "artifact", sha256: "a".repeat(64), toolchain: { type: "typescript" } } as const

function expand(stack: unknown, settings: unknown = {}) {
  const { resources } = parseStack(stack)
  const configs = Object.fromEntries(Object.values(resources).map(({ config }) => [config.id, config]))
  const graph = new Graph({ prefix: deployment.prefix })
  const endpoints = Object.values(configs).flatMap((resource) => {
    const component = local.components.find((one) => one.resource === resource.type)
    return component?.expand({
      graph,
      resource,
      resources: configs,
      settings: parseStackSettings(settings),
      deployment,
    }).endpoints
  })
  return { graph, endpoints }
}

const stackOf = (...resources: { id: string; type?: string; [key: string]: unknown }[]) => ({
  id: "my-app",
  resources: Object.fromEntries(
    resources.map((config) => [
      config.id,
      { config: { type: "worker", code, ...config }, lifecycle: "live", dependencies: [] },
    ]),
  ),
})

const readable = (value: unknown): unknown => {
  if (value instanceof Ref) return `<${value.node}.${value.attribute}>`
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, readable(member)]))
  return value
}

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
  const { graph, endpoints } = expand(stack)
  const nodes = [...graph.nodes.values()].map(({ node, type, props }) => ({
    node,
    type: type.type,
    props: readable(props),
  }))
  const plans = endpoints.map(
    (plan) =>
      plan && { ...plan, hosts: plan.hosts.map((host) => ({ ...host, target: host.target.map(({ node }) => node) })) },
  )
  await expect(`${JSON.stringify({ nodes, plans }, null, 2)}\n`).toMatchFileSnapshot("./worker.golden.json")
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

test("it refuses images, custom domains and other toolchains, all at once", () => {
  const domain = { domain: "api.example.com", certificate: { pem: { certificateChain: "c", privateKey: "k" } } }
  const { resources } = parseStack(
    stackOf({ id: "api", code: { type: "image", image: "acme/api:1" }, publicEndpoints: [{ name: "web" }] }),
  )
  const resource = resources.api?.config
  if (!resource) throw new Error("not there")
  const component = local.components.find((one) => one.resource === "worker")
  const settings = { updates: "auto", domains: { customDomains: { api: domain } } }
  const graph = new Graph({ prefix: "k" })
  expect(() => component?.expand({ graph, resource, resources: { api: resource }, settings, deployment })).toThrow(
    expect.objectContaining({
      code: "stack_not_supported",
      context: {
        violations: [
          expect.objectContaining({ code: "not_supported", path: "resources.api.code" }),
          expect.objectContaining({ code: "not_supported" }),
        ],
      },
    }),
  )
})

test.each(["container", "daemon"])("it refuses a %s", (type) => {
  const stack = stackOf({ id: "db", type, publicEndpoints: [{ name: "sql", port: 5432, protocol: "tcp" }] })
  expect(() => expand(stack)).toThrow(
    expect.objectContaining({
      code: "stack_not_supported",
      context: {
        violations: [
          expect.objectContaining({ path: "resources.db.type" }),
          expect.objectContaining({ path: "resources.db.publicEndpoints[0].protocol" }),
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
