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
  test.each<[string, (id: string) => Promise<Resource>, string]>([
    ["func", func, "function"],
    ["worker", worker, "worker"],
    ["container", container, "container"],
    ["daemon", daemon, "daemon"],
  ])("with %s(…) from the variables of the process", async (_name, load, service) => {
    inject({ ALIEN_API_BINDING: binding(service) })
    expect((await load("api")).id).toBe("api")
  })

  test("says which call loads a resource of another type", async () => {
    inject({ ALIEN_API_BINDING: binding("function") })
    expect(await rejection(container("api"))).toMatchObject({
      code: "resource_wrong_type",
      message: `resource "api" is a function; load it with func("api")`,
    })
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

  test("does not list what an empty variable would be", async () => {
    inject({ ALIEN_API_BINDING: "" })
    expect(await rejection(worker("api"))).toMatchObject({ message: expect.stringContaining("known: none.") })
  })

  test("rejects every resource where nothing is injected", async () => {
    expect(await rejection(func("api"))).toMatchObject({
      code: "resource_unknown",
      message: `no resource "api" is known here; known: none. Link it in the stack with .link("api"), or correct the id`,
    })
  })
})

describe("getUrl: it", () => {
  test("names the declared endpoints beside one that is not", async () => {
    inject({ ALIEN_API_BINDING: binding("worker") })
    const api = await worker("api")
    expect(await rejection(api.getUrl("metrics"))).toMatchObject({
      code: "endpoint_unknown",
      message: `resource "api" has no public endpoint "metrics"; declared: hooks, admin`,
    })
  })

  test("sees a value that changes after loading", async () => {
    inject({ ALIEN_API_BINDING: binding("worker") })
    const api = await worker("api")
    inject({ ALIEN_API_BINDING: binding("worker", { publicUrl: "https://api.example.com" }) })
    expect(await api.getUrl()).toBe("https://api.example.com")
  })
})

describe("publicEndpoints: it", () => {
  test("gives the workload's own", async () => {
    inject({ ALIEN_PUBLIC_ENDPOINTS_JSON: JSON.stringify({ hooks }) })
    expect(await publicEndpoints()).toEqual({ hooks })
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
