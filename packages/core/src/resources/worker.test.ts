import { expect, test } from "vitest"
import { Worker } from "./worker.ts"

const code = { type: "source", src: "./api", toolchain: { type: "typescript" } } as const
const worker = () => new Worker("api").code(code)

test("has the documented defaults", () => {
  expect(worker().build().config).toEqual({
    type: "worker",
    id: "api",
    code,
    memoryMb: 512,
    timeoutSeconds: 180,
    environment: {},
    links: [],
    publicEndpoints: [],
    commandsEnabled: false,
    triggers: [],
  })
})

test("keeps what each call gave", () => {
  const { config, violations } = worker()
    .memoryMb(1024)
    .timeoutSeconds(3600)
    .concurrencyLimit(5)
    .environment({ A: "1" })
    .environment({ B: "2" })
    .link("other")
    .permissions("execution")
    .readinessProbe({ path: "/health" })
    .commandsEnabled(true)
    .trigger({ type: "schedule", cron: "0 * * * *" })
    .publicEndpoint("webhooks", { hostLabel: "hooks", streaming: true })
    .publicEndpoint("tenants", { wildcardSubdomains: true })
    .build()
  expect(violations).toEqual([])
  expect(config).toMatchObject({
    memoryMb: 1024,
    timeoutSeconds: 3600,
    concurrencyLimit: 5,
    environment: { B: "2" },
    links: [{ id: "other" }],
    permissions: "execution",
    readinessProbe: { method: "GET", path: "/health" },
    commandsEnabled: true,
    triggers: [{ type: "schedule", cron: "0 * * * *" }],
    publicEndpoints: [
      { name: "webhooks", hostLabel: "hooks", wildcardSubdomains: false, streaming: true },
      { name: "tenants", wildcardSubdomains: true, streaming: false },
    ],
  })
})

test("forgets the concurrency limit when set to undefined", () => {
  expect(worker().concurrencyLimit(5).concurrencyLimit(undefined).build().config).not.toHaveProperty("concurrencyLimit")
})

test("links a built resource with its type", () => {
  expect(worker().link(new Worker("other").code(code).build()).build().config.links).toEqual([
    { type: "worker", id: "other" },
  ])
})

test("refuses a link to a builder that was not built", () => {
  expect(
    worker()
      .link(new Worker("other") as never)
      .build().violations,
  ).toMatchObject([{ path: "links", code: "resource_not_built" }])
})

test.each([
  ["code", new Worker("api"), "value_missing"],
  ["code.type", new Worker("api").code({ type: "zip" } as never), "value_unknown"],
  ["code.image", new Worker("api").code({ type: "image", image: "a b; rm" }), "value_malformed"],
  ["code.toolchain.type", new Worker("api").code({ ...code, toolchain: { type: "go" } as never }), "value_unknown"],
  ["code.src", new Worker("api").code({ ...code, src: "a\0b" }), "value_malformed"],
  ["id", new Worker("a/b").code(code), "value_malformed"],
  ["memoryMb", worker().memoryMb(127), "out_of_range"],
  ["memoryMb", worker().memoryMb(32769), "out_of_range"],
  ["timeoutSeconds", worker().timeoutSeconds(0), "out_of_range"],
  ["timeoutSeconds", worker().timeoutSeconds(3601), "out_of_range"],
  ["concurrencyLimit", worker().concurrencyLimit(0), "out_of_range"],
  ["environment.ALIEN_X", worker().environment({ ALIEN_X: "1" }), "value_malformed"],
  ['environment["A B"]', worker().environment({ "A B": "1" }), "value_malformed"],
  ["environment.A", worker().environment({ A: "a\0b" }), "value_malformed"],
  ["links[0].id", worker().link("a'; drop table"), "value_malformed"],
  ["permissions", worker().permissions("a b"), "value_malformed"],
  ["readinessProbe.path", worker().readinessProbe({ path: "health" }), "value_malformed"],
  ["readinessProbe.path", worker().readinessProbe({ path: "/a\r\nHost: x" }), "value_malformed"],
  ["readinessProbe.method", worker().readinessProbe({ method: "TRACE" as never }), "value_unknown"],
  ["triggers[0].cron", worker().trigger({ type: "schedule", cron: "hourly" }), "value_malformed"],
  ["ingress", worker().ingress("public" as never), "not_supported"],
  ["publicEndpoints[0].name", worker().publicEndpoint("a.b"), "value_malformed"],
  ["publicEndpoints[0].hostLabel", worker().publicEndpoint("a", { hostLabel: "-a" }), "value_malformed"],
  ["publicEndpoints[0].hostlabel", worker().publicEndpoint("a", { hostlabel: "a" } as never), "key_unknown"],
])("records at build that %s is wrong", (path, builder, code) => {
  expect(builder.build().violations.map((one) => [one.path, one.code])).toEqual([[path, code]])
})

test("never shows the value of a refused environment variable", () => {
  const { violations } = worker()
    .environment({ A: "hunter\0two", B: 31337 as never })
    .build()
  expect(violations).toHaveLength(2)
  expect(JSON.stringify(violations)).not.toMatch(/hunter|31337/)
})

test("leaves a resource alone that was built before", () => {
  const builder = worker().publicEndpoint("one")
  const built = builder.build()
  builder.publicEndpoint("two")
  expect(built.config.publicEndpoints).toHaveLength(1)
  expect(Object.isFrozen(built.config.publicEndpoints)).toBe(true)
})
