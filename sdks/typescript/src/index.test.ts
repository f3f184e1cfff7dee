import { afterEach, describe, expect, test, vi } from "vitest"
import { AlienSdkError, container, daemon, func, publicEndpoints, type Resource, worker } from "./index.ts"

const hooks = { url: "https://hooks.shop.localhost:8443", host: "hooks.shop.localhost" }
const admin = { url: "https://admin.example.com", host: "admin.example.com", wildcardHost: "*.admin.example.com" }
const binding = (service: string, rest: object = {}) =>
  JSON.stringify({ service, publicUrl: hooks.url, endpoints: { hooks, admin }, ...rest })

const inject = (environment: Record<string, string>) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
}
const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

afterEach(() => vi.unstubAllEnvs())

describe("loading: it", () => {
  test.each<[string, (id: string) => Promise<Resource>, string, boolean]>([
    ["func", func, "function", true],
    ["func", func, "worker", true],
    ["worker", worker, "worker", true],
    ["container", container, "container", true],
    ["daemon", daemon, "daemon", true],
    ["func", func, "container", false],
    ["func", func, "daemon", false],
    ["worker", worker, "function", false],
    ["container", container, "worker", false],
    ["daemon", daemon, "container", false],
  ])("with %s(…) of a resource that is a…", async (_name, load, service, loads) => {
    inject({ ALIEN_API_BINDING: binding(service) })
    const outcome = await load("api").then(
      ({ id }) => id,
      ({ code }: AlienSdkError) => code,
    )
    expect(outcome).toBe(loads ? "api" : "resource_wrong_type")
  })

  test("says which call loads a resource of another type", async () => {
    inject({ ALIEN_API_BINDING: binding("function") })
    expect(await rejection(container("api"))).toMatchObject({
      code: "resource_wrong_type",
      message: `resource "api" is a function; load it with func("api")`,
    })
  })

  test.each([
    ["my-api", "ALIEN_MY_API_BINDING"],
    ["My_Api", "ALIEN_MY_API_BINDING"],
    ["api2", "ALIEN_API2_BINDING"],
  ])("finds %s in %s", async (id, variable) => {
    inject({ [variable]: binding("worker") })
    expect((await worker(id)).id).toBe(id)
  })

  test("rejects an unknown resource, naming those that are there", async () => {
    inject({ ALIEN_MY_API_BINDING: binding("worker"), ALIEN_BACKEND_BINDING: binding("worker") })
    const error = await rejection(worker("missing"))
    expect(error).toBeInstanceOf(AlienSdkError)
    expect(error).toMatchObject({
      code: "resource_unknown",
      message: expect.stringContaining("known: backend, my-api."),
    })
  })

  test("rejects every resource where nothing is injected", async () => {
    expect(await rejection(func("api"))).toMatchObject({
      code: "resource_unknown",
      message: `no resource "api" is known here; known: none. Link it in the stack with .link("api"), or correct the id`,
    })
  })
})

describe("getUrl: it", () => {
  test("is the public URL without an endpoint, and that of a named one", async () => {
    inject({ ALIEN_API_BINDING: binding("worker") })
    const api = await worker("api")
    expect(await api.getUrl()).toBe(hooks.url)
    expect(await api.getUrl("hooks")).toBe(hooks.url)
    expect(await api.getUrl("admin")).toBe(admin.url)
  })

  test.each([
    ["absent", {}],
    ["null", { publicUrl: null }],
  ])("is undefined when the public URL is %s", async (_case, rest) => {
    inject({ ALIEN_API_BINDING: JSON.stringify({ service: "container", endpoints: {}, ...rest }) })
    expect(await (await container("api")).getUrl()).toBeUndefined()
  })

  test.each(["metrics", "", "toString", "__proto__"])("rejects the undeclared endpoint %j", async (endpoint) => {
    inject({ ALIEN_API_BINDING: binding("worker") })
    const api = await worker("api")
    expect(await rejection(api.getUrl(endpoint))).toMatchObject({
      code: "endpoint_unknown",
      message: `resource "api" has no public endpoint ${JSON.stringify(endpoint)}; declared: hooks, admin`,
    })
  })

  test("sees a value that changes after loading", async () => {
    inject({ ALIEN_API_BINDING: binding("worker") })
    const api = await worker("api")
    inject({ ALIEN_API_BINDING: binding("worker", { publicUrl: "https://api.example.com" }) })
    expect(await api.getUrl()).toBe("https://api.example.com")
  })
})

describe("getEndpoints: it", () => {
  test("gives all by name, without members it does not know", async () => {
    inject({
      ALIEN_API_BINDING: binding("worker", {
        endpoints: { hooks: { ...hooks, region: "x", wildcardHost: null }, admin },
      }),
    })
    expect(await (await worker("api")).getEndpoints()).toEqual({ hooks, admin })
  })

  test("is empty for a private resource", async () => {
    inject({ ALIEN_API_BINDING: `{"service":"worker"}` })
    expect(await (await worker("api")).getEndpoints()).toEqual({})
  })
})

describe("publicEndpoints: it", () => {
  test("gives the workload's own", async () => {
    inject({ ALIEN_PUBLIC_ENDPOINTS_JSON: JSON.stringify({ hooks }) })
    expect(await publicEndpoints()).toEqual({ hooks })
  })

  test("is empty when none are injected", async () => {
    expect(await publicEndpoints()).toEqual({})
  })

  test("rejects a malformed value, naming the variable", async () => {
    inject({ ALIEN_PUBLIC_ENDPOINTS_JSON: "s3cret" })
    const error = await rejection(publicEndpoints())
    expect(error).toMatchObject({
      code: "binding_invalid",
      message: expect.stringMatching(/^ALIEN_PUBLIC_ENDPOINTS_JSON: the value is not JSON/),
    })
    expect(String(error)).not.toContain("s3cret")
  })
})

describe("a malformed binding: it", () => {
  test.each<[string, string, string]>([
    ["text", "s3cret", "the value is not JSON"],
    ["a list", `["s3cret"]`, "the value is not a JSON object"],
    ["null", "null", "the value is not a JSON object"],
    ["no service", "{}", "service is not one of worker, function, container, daemon"],
    ["an unknown service", `{"service":"s3cret"}`, "service is not one of"],
    ["a public URL that is none", binding("worker", { publicUrl: "s3cret" }), "publicUrl is not a URL"],
    ["endpoints as a list", binding("worker", { endpoints: [hooks] }), "endpoints is not a JSON object"],
    ["an endpoint as text", binding("worker", { endpoints: { a: "s3cret" } }), `endpoint "a" is not a JSON object`],
    [
      "an endpoint without a URL",
      binding("worker", { endpoints: { a: { host: "h" } } }),
      `url of endpoint "a" is not a URL`,
    ],
    [
      "an endpoint without a host",
      binding("worker", { endpoints: { a: { url: hooks.url } } }),
      `host of endpoint "a" is not a text`,
    ],
    [
      "a wildcard host that is a number",
      binding("worker", { endpoints: { a: { ...hooks, wildcardHost: 1 } } }),
      `wildcardHost of endpoint "a" is not a text`,
    ],
  ])("is refused for %s, without its value", async (_case, value, what) => {
    inject({ ALIEN_API_BINDING: value })
    const error = await rejection(worker("api"))
    expect(error).toMatchObject({
      code: "binding_invalid",
      message: expect.stringContaining(`ALIEN_API_BINDING: ${what}`),
    })
    expect(String(error)).not.toContain("s3cret")
  })
})
