import { expect, test } from "vitest"
import * as alien from "../index.ts"
import { violationsThrown } from "../testing/violations-thrown.ts"

const image = { type: "image", image: "acme/api" } as const
const worker = (id: string) => new alien.Worker(id).code(image)

const codes = (build: () => unknown) => violationsThrown("stack_invalid", build)

test("builds the stack of the documentation", () => {
  const api = new alien.Worker("api")
    .code({ type: "source", src: "./api", toolchain: { type: "typescript" } })
    .publicEndpoint("webhooks", { hostLabel: "hooks", wildcardSubdomains: false, streaming: false })
    .readinessProbe({ method: "GET", path: "/health" })
    .build()
  const gateway = new alien.Container("gateway")
    .code({ type: "image", image: "ghcr.io/acme/gateway" })
    .cpu(1)
    .memory("512Mi")
    .replicas(2)
    .publicEndpoint("web", 8080)
    .publicEndpoint("db", 5432, "tcp")
    .build()
  const agent = new alien.Daemon("agent").code(image).publicEndpoint("metrics", 9100).build()
  const stack = new alien.Stack("my-app").add(api, "live").add(gateway, "live").add(agent, "live").build()

  expect(stack).toEqual({
    id: "my-app",
    resources: {
      api: { config: api.config, lifecycle: "live", dependencies: [] },
      gateway: { config: gateway.config, lifecycle: "live", dependencies: [] },
      agent: { config: agent.config, lifecycle: "live", dependencies: [] },
    },
  })
  expect(JSON.parse(JSON.stringify(stack))).toEqual(stack)
})

test("builds the first API's stack", () => {
  const api = new alien.Function("api").code(image).ingress("public").build()
  const { resources } = new alien.Stack("first").add(api, "live").build()
  expect(resources.api?.config).toMatchObject({ type: "function", publicEndpoints: [{ name: "default" }] })
})

test("freezes all of it", () => {
  const stack = new alien.Stack("my-app").add(worker("api").publicEndpoint("web").build(), "live").build()
  expect(Object.isFrozen(stack.resources)).toBe(true)
  expect(Object.isFrozen(stack.resources.api?.config.publicEndpoints[0])).toBe(true)
})

test("keeps the platforms and the empty permission profiles", () => {
  const stack = new alien.Stack("my-app")
    .platforms(["aws", "local"])
    .permissions({ profiles: { execution: { "*": [] } }, management: "auto" })
    .add(worker("api").permissions("execution").build(), "frozen")
    .build()
  expect(stack).toMatchObject({
    supportedPlatforms: ["aws", "local"],
    permissions: { profiles: { execution: { "*": [] } } },
    resources: { api: { lifecycle: "frozen" } },
  })
})

test("lists the five mistakes of a stack at once, with their paths", () => {
  const build = () =>
    new alien.Stack("my-app")
      .add(
        worker("api")
          .publicEndpoint("web")
          .publicEndpoint("hooks", { hostLabel: "Hooks" })
          .timeoutSeconds(9999)
          .build(),
        "live",
      )
      .add(
        new alien.Container("db")
          .code(image)
          .stateful(true as never)
          .link("nothing")
          .build(),
        "live",
      )
      .add(worker("API").build(), "live")
      .build()
  expect(codes(build)).toEqual([
    ["resources.api.timeoutSeconds", "out_of_range"],
    ["resources.api.publicEndpoints[1].hostLabel", "value_malformed"],
    ["resources.db.stateful", "not_supported"],
    ["resources.API", "id_taken"],
    ["resources.db.links[0].id", "link_unknown"],
  ])
})

test("names every mistake in its message", () => {
  expect(() => new alien.Stack("a b").add(worker("api").memoryMb(1).build(), "live").build()).toThrow(
    /the stack a b has 2 mistakes:\n {2}id: .*\n {2}resources\.api\.memoryMb: must be at least 128, is 1/,
  )
})

test("refuses an id that is taken, and lists the mistakes of both", () => {
  const build = () =>
    new alien.Stack("my-app").add(worker("api").build(), "live").add(worker("api").memoryMb(1).build(), "live").build()
  expect(codes(build)).toEqual([
    ["resources.api.memoryMb", "out_of_range"],
    ["resources.api", "id_taken"],
  ])
})

test("refuses a builder that was not built", () => {
  expect(codes(() => new alien.Stack("my-app").add(worker("api") as never, "live").build())).toEqual([
    ["resources", "resource_not_built"],
  ])
})

test("refuses remote access", () => {
  const build = () =>
    new alien.Stack("my-app").add(worker("api").build(), "live", { remoteAccess: true as never }).build()
  expect(codes(build)).toEqual([["resources.api.remoteAccess", "not_supported"]])
})

test("refuses an id that is the prototype", () => {
  expect(codes(() => new alien.Stack("my-app").add(worker("__proto__").build(), "live").build())).toContainEqual([
    "resources.__proto__",
    "name_reserved",
  ])
})
