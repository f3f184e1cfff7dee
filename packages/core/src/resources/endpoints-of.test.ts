import { expect, test } from "vitest"
import { Container } from "./container.ts"
import { endpointsOf, replicasOf, resourceTypeOf } from "./endpoints-of.ts"
import { Function as Func } from "./function.ts"
import { parseCpu, parseMemoryMiB } from "./size.ts"
import { Worker } from "./worker.ts"

const code = { type: "image", image: "acme/api" } as const

test("gives the endpoints of every resource one shape, in declared order", () => {
  const worker = new Worker("api").code(code).publicEndpoint("a", { streaming: true, hostLabel: "x" }).build()
  const container = new Container("web").code(code).publicEndpoint("db", 5432, "tcp").publicEndpoint("web", 80).build()
  expect(endpointsOf(worker.config)).toEqual([
    { name: "a", protocol: "http", hostLabel: "x", streaming: true, wildcardSubdomains: false },
  ])
  expect(endpointsOf(container.config)).toEqual([
    { name: "db", protocol: "tcp", port: 5432, streaming: false, wildcardSubdomains: false },
    { name: "web", protocol: "http", port: 80, streaming: false, wildcardSubdomains: false },
  ])
})

test("tells the type of a resource and of a config", () => {
  const resource = new Func("api").code(code).build()
  expect([resourceTypeOf(resource), resourceTypeOf(resource.config)]).toEqual(["function", "function"])
})

test("counts one replica when the container says nothing", () => {
  expect(replicasOf({})).toEqual({ min: 1, desired: 1, max: 1 })
  expect(replicasOf({ replicas: 3 })).toEqual({ min: 3, desired: 3, max: 3 })
  expect(replicasOf({ autoscaling: { min: 2, max: 9 } })).toEqual({ min: 2, desired: 2, max: 9 })
})

test("reads sizes as vCPUs and MiB", () => {
  expect([parseCpu("0.5"), parseMemoryMiB("512Mi"), parseMemoryMiB("1.5Gi"), parseMemoryMiB("1Ti")]).toEqual([
    0.5, 512, 1536, 1048576,
  ])
  expect(parseMemoryMiB("1GB")).toBeNaN()
})
