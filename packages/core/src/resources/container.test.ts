import { expect, test } from "vitest"
import { Container } from "./container.ts"

const container = (id = "gateway") => new Container(id).code({ type: "image", image: "ghcr.io/acme/gateway:1.2" })

test("has the documented defaults", () => {
  expect(container().build().config).toEqual({
    type: "container",
    id: "gateway",
    code: { type: "image", image: "ghcr.io/acme/gateway:1.2" },
    cpu: { min: "0.5", desired: "0.5" },
    memory: { min: "1Gi", desired: "1Gi" },
    environment: {},
    links: [],
    ports: [],
    publicEndpoints: [],
    stopGracePeriodSeconds: 30,
  })
})

test("keeps what each call gave", () => {
  const { config, violations } = container()
    .cpu(1)
    .memory("512Mi")
    .replicas(2)
    .port(9000)
    .ports([9001, 9002])
    .command(["serve", "--port", "8080"])
    .healthCheck({ path: "/up", timeoutSeconds: 5 })
    .environment({ A: "1" })
    .environment({ B: "2" })
    .stopGracePeriod(60)
    .publicEndpoint("web", 8080)
    .publicEndpoint("db", 5432, "tcp")
    .publicEndpoint("admin", 8081, { hostLabel: "admin", protocol: "http", wildcardSubdomains: true })
    .build()
  expect(violations).toEqual([])
  expect(config).toMatchObject({
    cpu: { min: "1", desired: "1" },
    memory: { min: "512Mi", desired: "512Mi" },
    replicas: 2,
    ports: [9000, 9001, 9002, 8080, 5432, 8081].map((port) => ({ port })),
    command: ["serve", "--port", "8080"],
    healthCheck: { method: "GET", path: "/up", timeoutSeconds: 5, failureThreshold: 3 },
    environment: { A: "1", B: "2" },
    stopGracePeriodSeconds: 60,
    publicEndpoints: [
      { name: "web", port: 8080, protocol: "http", wildcardSubdomains: false },
      { name: "db", port: 5432, protocol: "tcp", wildcardSubdomains: false },
      { name: "admin", port: 8081, protocol: "http", hostLabel: "admin", wildcardSubdomains: true },
    ],
  })
})

test("takes bounds in any order; without a maximum, ten times the minimum", () => {
  expect(container().minReplicas(2).build().config.autoscaling).toEqual({ min: 2, desired: 2, max: 20 })
  expect(container().maxReplicas(5).build().config.autoscaling).toEqual({ min: 1, desired: 1, max: 5 })
  expect(container().maxReplicas(5).minReplicas(2).build().config.autoscaling).toEqual({ min: 2, desired: 2, max: 5 })
  expect(container().minReplicas(900).build().violations).toEqual([])
})

test("a public endpoint's port is one of its ports, in whatever order they are named, once", () => {
  const ports = (built: ReturnType<typeof container>) => built.build().config.ports
  const once = [{ port: 8080 }]
  expect(ports(container().publicEndpoint("web", 8080).publicEndpoint("admin", 8080))).toEqual(once)
  expect(ports(container().port(8080).publicEndpoint("web", 8080))).toEqual(once)
  expect(ports(container().publicEndpoint("web", 8080).ports([8080, 9090]))).toEqual([...once, { port: 9090 }])
})

test("refuses sizes that the customer would choose", () => {
  const range = { min: 1, max: 4, default: 2 }
  const { violations } = container().cpu(range).memory({ min: "1Gi", max: "4Gi", default: "2Gi" }).build()
  expect(violations.map(({ path, code }) => [path, code])).toEqual([
    ["resourceChoices", "not_supported"],
    ["resourceChoices", "not_supported"],
  ])
})

test("forgets earlier bounds when a fixed number of replicas follows", () => {
  const { config, violations } = container().minReplicas(2).replicas(3).build()
  expect(violations).toEqual([])
  expect(config).not.toHaveProperty("autoscaling")
})

test("takes a readiness probe as the health check", () => {
  expect(container().port(80).readinessProbe({ method: "HEAD", path: "/ready" }).build().config.healthCheck).toEqual({
    method: "HEAD",
    path: "/ready",
    timeoutSeconds: 1,
    failureThreshold: 3,
  })
})

test.each([
  ["id", container("My_Api"), "value_malformed"],
  ["cpu.min", container().cpu({ min: "500m", desired: "1" }), "value_malformed"],
  ["cpu.min", container().cpu({ min: "0", desired: "1" }), "value_malformed"],
  ["cpu", container().cpu({ min: "2", desired: "1" }), "bounds_crossed"],
  ["memory.min", container().memory({ min: "1GB", desired: "1Gi" }), "value_malformed"],
  ["memory", container().memory({ min: "2Gi", desired: "512Mi" }), "bounds_crossed"],
  ["replicas", container().replicas(0), "out_of_range"],
  ["replicas", container().replicas(1001), "out_of_range"],
  ["replicas", container().replicas(3).minReplicas(2), "replicas_twice"],
  ["autoscaling", container().autoScale({ min: 4, max: 2 }), "bounds_crossed"],
  ["autoscaling", container().autoScale({ min: 1, desired: 5, max: 2 }), "bounds_crossed"],
  ["ports[0].port", container().port(0), "out_of_range"],
  ["ports[1].port", container().ports([80, 80]), "port_taken"],
  ["command", container().command([]), "out_of_range"],
  ["command[0]", container().command(["a\0b"]), "value_malformed"],
  ["healthCheck.port", container().healthCheck({ path: "/" }), "health_check_without_port"],
  ["healthCheck.timeoutSeconds", container().port(80).healthCheck({ timeoutSeconds: 6 }), "out_of_range"],
  ["stopGracePeriodSeconds", container().stopGracePeriod(601), "out_of_range"],
  ["publicEndpoints[0].port", container().publicEndpoint("web", 65536), "out_of_range"],
  ["publicEndpoints[0].protocol", container().publicEndpoint("web", 80, "udp" as never), "value_unknown"],
  ["publicEndpoints[0].streaming", container().publicEndpoint("web", 80, { streaming: true } as never), "key_unknown"],
  ["publicEndpoints[1].port", container().publicEndpoint("a", 80).publicEndpoint("b", 80, "tcp"), "port_shared"],
  ["publicEndpoints[1].name", container().publicEndpoint("a", 80).publicEndpoint("a", 81), "endpoint_name_taken"],
  [
    "publicEndpoints[1].hostLabel",
    container().publicEndpoint("a", 80, { hostLabel: "@" }).publicEndpoint("b", 81, { hostLabel: "@" }),
    "host_label_taken",
  ],
  [
    "publicEndpoints[0].wildcardSubdomains",
    container().publicEndpoint("a", 80, { hostLabel: "@", wildcardSubdomains: true }),
    "apex_wildcard",
  ],
  ["expose", container().expose("http" as never), "not_supported"],
  ["exposePort", container().exposePort(80 as never, "http" as never), "not_supported"],
  ["stateful", container().stateful(true as never), "not_supported"],
  ["persistentStorage", container().persistentStorage("10Gi" as never), "not_supported"],
  ["ephemeralStorage", container().ephemeralStorage("10Gi" as never), "not_supported"],
  ["gpu", container().gpu({} as never), "not_supported"],
  ["cluster", container().cluster("c" as never), "not_supported"],
  ["pool", container().pool("p" as never), "not_supported"],
])("records at build that %s is wrong", (path, builder, code) => {
  expect(builder.build().violations.map((one) => [one.path, one.code])).toEqual([[path, code]])
})

test("lets two http endpoints share a port", () => {
  expect(container().publicEndpoint("a", 80).publicEndpoint("b", 80).build().violations).toEqual([])
})

test("lets an http and a tcp endpoint have one host label", () => {
  const { violations } = container()
    .publicEndpoint("a", 80, { hostLabel: "x" })
    .publicEndpoint("b", 81, { hostLabel: "x", protocol: "tcp" })
    .build()
  expect(violations).toEqual([])
})

test.each(["nginx", "postgres:16", "localhost:5000/a/b:1.2-rc_1", "ghcr.io/acme/api@sha256:".concat("a".repeat(64))])(
  "accepts the image %s",
  (image) => {
    expect(new Container("a").code({ type: "image", image }).build().violations).toEqual([])
  },
)

test.each(["", "Acme/Api", "a//b", "a:", "a@sha256:abc", "https://ghcr.io/a", "a\nb", "-a"])(
  "refuses the image %j",
  (image) => {
    expect(new Container("a").code({ type: "image", image }).build().violations).toMatchObject([{ path: "code.image" }])
  },
)
