import { describe, expect, test } from "vitest"
import { Container, Daemon, Function as Func, Worker } from "../index.ts"
import { violationsThrown } from "../testing/violations-thrown.ts"
import { parseStack } from "./parse.ts"

const code = { type: "image", image: "acme/api" } as const
const source = (toolchain: object) => ({ code: { type: "source", src: "./api", toolchain } })
const container = { publicEndpoints: [{ name: "web", port: 8080 }], ports: [{ port: 8080 }] }

type Members = Record<string, unknown>
const stackWith = (type: string, config: Members = {}, { entry = {}, stack = {} }: Record<string, Members> = {}) => ({
  id: "s",
  resources: { api: { config: { type, id: "api", code, ...config }, lifecycle: "live", dependencies: [], ...entry } },
  ...stack,
})
const codes = (value: unknown) => violationsThrown("stack_invalid", () => parseStack(value))
const json = (value: unknown) => JSON.parse(JSON.stringify(parseStack(value)))

/** Every member of the published API that may ask for nothing, by the type of the resource. */
const NOTHING: [type: string, with_: Members, without: Members][] = [
  ["worker", { ingress: "private" }, {}],
  ["worker", { ingress: "private", publicEndpoints: [] }, {}],
  ["worker", { ingress: null, publicEndpoints: [{ name: "web" }] }, { publicEndpoints: [{ name: "web" }] }],
  ["worker", { commandsEnabled: false, triggers: [], links: [], environment: {}, publicEndpoints: [] }, {}],
  ["worker", { concurrencyLimit: null, readinessProbe: null, permissions: null }, {}],
  ["worker", { publicEndpoints: [{ name: "web", hostLabel: null }] }, { publicEndpoints: [{ name: "web" }] }],
  ["worker", source({ type: "typescript", binaryName: null }), source({ type: "typescript" })],
  ["worker", source({ type: "docker", dockerfile: null, buildArgs: null, target: null }), source({ type: "docker" })],
  ["function", { ingress: "private", arcEnabled: false }, {}],
  ["function", { ingress: "public" }, { publicEndpoints: [{ name: "default" }] }],
  [
    "function",
    { ingress: "public", publicEndpoints: [{ name: "default" }] },
    { publicEndpoints: [{ name: "default" }] },
  ],
  ["container", { stateful: false, commandsEnabled: false, kubernetesSecretMounts: [], resourceChoices: {} }, {}],
  ["container", { resourceChoices: { cpu: null, memory: null } }, {}],
  ["container", { gpu: null, ephemeralStorage: null, persistentStorage: null, cluster: null, pool: null }, {}],
  ["container", { security: null, tunnel: null, kubernetesLivenessProbe: null, kubernetesReadinessProbe: null }, {}],
  ["container", { autoscaling: null, replicas: null, command: null, healthCheck: null }, {}],
  ["container", { stopGracePeriodSeconds: null, permissions: null, kubernetesSecretMounts: null }, {}],
  ["container", { ports: [{ port: 8080, expose: null }] }, { ports: [{ port: 8080 }] }],
  [
    "container",
    { ...container, healthCheck: { path: "/up", port: null } },
    { ...container, healthCheck: { path: "/up" } },
  ],
  [
    "container",
    { autoscaling: { min: 1, desired: 1, max: 5, targetCpuPercent: null, maxHttpP95LatencyMs: null } },
    { autoscaling: { min: 1, desired: 1, max: 5 } },
  ],
  ["daemon", { commandsEnabled: false, runtime: {}, healthCheck: null, cluster: null, pool: null }, {}],
  ["daemon", { runtime: { privileged: false, mounts: [], user: null, networkMode: null } }, {}],
  ["daemon", { runtime: null, command: null, permissions: null, stopGracePeriodSeconds: null }, {}],
]

describe("a value that asks for nothing", () => {
  test.each(NOTHING)("%s %j: it is taken and leaves no trace", (type, members, without) => {
    expect(json(stackWith(type, members))).toEqual(json(stackWith(type, without)))
  })

  test.each<[Members]>([[{ remoteAccess: false }], [{ remoteAccess: null, enabledWhen: null, dependencies: null }]])(
    "of an entry, %j: it is taken and leaves no trace",
    (entry) => {
      expect(json(stackWith("worker", {}, { entry }))).toEqual(json(stackWith("worker")))
    },
  )

  test.each<[Members]>([
    [{ inputs: [], dynamicContainerImageResources: [], dynamicContainerRepositories: [] }],
    [{ supportedPlatforms: null, permissions: null, inputs: null }],
  ])("of the stack, %j: it is taken and leaves no trace", (stack) => {
    expect(json(stackWith("worker", {}, { stack }))).toEqual(json(stackWith("worker")))
  })

  test.each([[null], ["auto"], [{ extend: {} }], [{ extend: { "*": [] } }]])(
    "management permissions that add nothing, %j: they are taken",
    (management) => {
      expect(codes(stackWith("worker", {}, { stack: { permissions: { profiles: {}, management } } }))).toEqual([])
    },
  )
})

describe("a value that asks for something that is not built", () => {
  test.each<[type: string, members: Members, path: string]>([
    ["worker", { ingress: "public" }, "ingress"],
    ["worker", { ingress: "private", publicEndpoints: [{ name: "web" }] }, "ingress"],
    ["function", { ingress: "vpc" }, "ingress"],
    ["function", { ingress: "private", publicEndpoints: [{ name: "default" }] }, "ingress"],
    ["function", { arcEnabled: true }, "arcEnabled"],
    ["container", { stateful: true }, "stateful"],
    ["container", { stateful: "no" }, "stateful"],
    ["container", { commandsEnabled: true }, "commandsEnabled"],
    ["container", { kubernetesSecretMounts: [{ secretName: "s", mountPath: "/s" }] }, "kubernetesSecretMounts"],
    ["container", { resourceChoices: { cpu: { min: "1", max: "4", default: "2" } } }, "resourceChoices"],
    ["container", { gpu: { type: "nvidia-t4", count: 1 } }, "gpu"],
    ["container", { ephemeralStorage: "10Gi" }, "ephemeralStorage"],
    ["container", { persistentStorage: { size: "10Gi", mountPath: "/data" } }, "persistentStorage"],
    ["container", { cluster: "c" }, "cluster"],
    ["container", { pool: "p" }, "pool"],
    ["container", { tunnel: { port: 8080 } }, "tunnel"],
    ["container", { security: { profile: "restricted", runAsUser: 1000 } }, "security"],
    ["container", { kubernetesLivenessProbe: { path: "/", port: 1 } }, "kubernetesLivenessProbe"],
    ["container", { kubernetesReadinessProbe: { path: "/", port: 1 } }, "kubernetesReadinessProbe"],
    ["container", { ports: [{ port: 8080, expose: "http" }] }, "ports[0].expose"],
    ["daemon", { runtime: { privileged: true } }, "runtime"],
    ["daemon", { runtime: { mounts: [{ source: "/proc", target: "/host/proc" }] } }, "runtime"],
    ["daemon", { runtime: { networkMode: "host", pidNamespace: "host" } }, "runtime"],
  ])("%s %j: it is refused once, with a reason", (type, members, path) => {
    expect(codes(stackWith(type, members))).toEqual([[`resources.api.${path}`, "not_supported"]])
  })

  test.each<[string, Record<string, Members>]>([
    ["resources.api.remoteAccess", { entry: { remoteAccess: true } }],
    ["resources.api.enabledWhen", { entry: { enabledWhen: "wanted" } }],
    ["inputs", { stack: { inputs: [{ id: "region" }] } }],
    ["dynamicContainerRepositories", { stack: { dynamicContainerRepositories: ["acme/tools"] } }],
    ["permissions.management", { stack: { permissions: { profiles: {}, management: { override: {} } } } }],
    ["permissions.management", { stack: { permissions: { profiles: {}, management: { extend: { "*": ["x/y"] } } } } }],
  ])("%s: it is refused once, with a reason", (path, more) => {
    expect(codes(stackWith("worker", {}, more))).toEqual([[path, "not_supported"]])
  })
})

test.each<[string, unknown]>([
  ["resources.api", { id: "s", resources: { api: null } }],
  ["resources.api.environment.A", stackWith("worker", { environment: { A: null } })],
  ["resources.api.code.toolchain.buildArgs.A", stackWith("worker", source({ type: "docker", buildArgs: { A: null } }))],
  ["permissions.profiles.p", stackWith("worker", {}, { stack: { permissions: { profiles: { p: null } } } })],
])("a null under a name of the vendor's own, %s, is no value left out: it is refused", (path, value) => {
  expect(codes(value)).toEqual([[path, "type_wrong"]])
})

test("builders take the same values, and refuse the others with the same code", () => {
  const worker = () => new Worker("a").code(code)
  const one = () => new Container("a").code(code)
  const agent = () => new Daemon("a").code(code)
  const func = () => new Func("a").code(code)
  const plain = (builder: { build(): { config: object; violations: readonly unknown[] } }) => {
    const { config, violations } = builder.build()
    expect(violations).toEqual([])
    return JSON.parse(JSON.stringify(config))
  }
  expect(plain(worker().ingress("private"))).toEqual(plain(worker()))
  expect(plain(one().stateful(false).commandsEnabled(false))).toEqual(plain(one()))
  expect(plain(agent().runtime({ privileged: false, mounts: [] }))).toEqual(plain(agent()))
  expect(plain(func().arcEnabled(false))).toEqual(plain(func()))
  expect(
    plain(
      one()
        .replicas(null as never)
        .healthCheck(null as never),
    ),
  ).toEqual(plain(one()))
  for (const builder of [
    worker().ingress("public" as never),
    worker().ingress("private").publicEndpoint("web"),
    one().stateful(true as never),
    one().commandsEnabled(true as never),
    one().security({} as never),
    one().tunnel(80 as never),
    one().kubernetesSecretMount({} as never),
    one().kubernetesLivenessProbe({} as never),
    one().kubernetesReadinessProbe({} as never),
    agent().runtime({ privileged: true } as never),
    func().arcEnabled(true as never),
  ])
    expect(builder.build().violations).toMatchObject([{ code: "not_supported" }])
})

test("whole stacks as published builders write them, from the first API to the newest, are taken", () => {
  const spec = (value: string) => ({ min: value, desired: value })
  const common = { code, environment: {}, links: [], permissions: "execution" }
  const program = { ...common, cpu: spec("1"), memory: spec("512Mi"), stateful: false }
  const handler = { ...common, memoryMb: 256, timeoutSeconds: 180, triggers: [] }
  const entry = (config: Members & { id: string }) => ({
    [config.id]: { config, lifecycle: "live", dependencies: [] },
  })
  const stack = {
    id: "shop",
    permissions: { profiles: { execution: {} } },
    resources: {
      ...entry({ type: "function", id: "first", ...handler, ingress: "public", arcEnabled: false }),
      ...entry({ type: "worker", id: "jobs", ...handler, ingress: "private", commandsEnabled: false }),
      ...entry({
        type: "container",
        id: "gateway",
        ...program,
        commandsEnabled: false,
        kubernetesSecretMounts: [],
        ports: [{ port: 8080 }],
        publicEndpoints: [{ name: "web", port: 8080, protocol: "http", wildcardSubdomains: false }],
        autoscaling: { min: 2, desired: 2, max: 20 },
        healthCheck: { path: "/", method: "GET", timeoutSeconds: 1, failureThreshold: 3 },
      }),
      ...entry({
        type: "daemon",
        id: "agent",
        ...common,
        cpu: spec("0.1"),
        memory: spec("128Mi"),
        commandsEnabled: false,
      }),
    },
  }
  expect(codes(stack)).toEqual([])
  expect(parseStack(stack).resources.first?.config.publicEndpoints).toMatchObject([{ name: "default" }])
})
