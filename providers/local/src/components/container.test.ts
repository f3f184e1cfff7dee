import { expect, test } from "vitest"
import { expand, golden, stackOf } from "../testing/expand.ts"

const web = (change: Record<string, unknown> = {}) => ({ id: "web", type: "container", ...change })
const nodes = (stack: unknown) => [...expand(stack).graph.nodes.keys()]
const props = (stack: unknown, node: string) => expand(stack).graph.nodes.get(node)?.props ?? {}

test("it expands a container into a process and a gate per replica, behind a host and a port of this machine", async () => {
  const stack = stackOf(
    web({
      replicas: 3,
      publicEndpoints: [
        { name: "site", port: 8080, hostLabel: "www" },
        { name: "db-wire", port: 5432, protocol: "tcp", hostLabel: "db" },
        { name: "admin", port: 8080 },
      ],
      ports: [{ port: 9000 }],
      healthCheck: { path: "/up", failureThreshold: 2 },
      stopGracePeriodSeconds: 20,
      cpu: { min: "2", desired: "2" },
      links: [{ id: "agent" }],
    }),
    { id: "agent", type: "daemon", publicEndpoints: [{ name: "tap", port: 7000, protocol: "tcp" }] },
  )
  await expect(golden(expand(stack))).toMatchFileSnapshot("./container.golden.json")
})

test("it changes only the difference when replicas come and go, in the order of their numbers", () => {
  const three = nodes(stackOf(web({ replicas: 3 })))
  const two = nodes(stackOf(web({ replicas: 2 })))
  expect(three).toEqual(expect.arrayContaining(two))
  expect(three.filter((node) => !two.includes(node))).toEqual(["web/process/3", "web/readiness/3"])
})

test("it runs the minimum of an autoscaled container, and says so", () => {
  const { graph, notes } = expand(stackOf(web({ autoscaling: { min: 2, desired: 4, max: 8 } })))
  expect([...graph.nodes.keys()].filter((node) => node.includes("/process"))).toHaveLength(2)
  expect(notes).toEqual([
    "web: its 2 replicas are processes on this machine, used round-robin",
    "web: autoScale runs its minimum of 2 on this machine, never up to 8",
  ])
})

test("it tells one port by every name that it has", () => {
  const stack = stackOf(
    web({
      publicEndpoints: [
        { name: "site", port: 8080 },
        { name: "the-admin", port: 8080 },
      ],
      ports: [{ port: 8080 }, { port: 9000 }],
      healthCheck: { port: 9999 },
    }),
  )
  expect(props(stack, "web/process").ports).toEqual([
    ["PORT", "ALIEN_PORT_SITE", "ALIEN_PORT_THE_ADMIN", "ALIEN_PORT_8080"],
    ["ALIEN_PORT_9000"],
    ["ALIEN_PORT_9999"],
  ])
  expect(props(stack, "web/process").health).toMatchObject({ path: "/health", at: 2 })
})

test("it asks what a program promises: health check, HTTP, a connection, or that it runs", () => {
  const gate = (change: Record<string, unknown>) => {
    const { ports: _, object: __, ...rest } = props(stackOf(web(change)), "web/readiness")
    return rest
  }
  const tcp = { name: "wire", port: 5432, protocol: "tcp" }
  const http = { name: "site", port: 8080 }
  const probe = { method: "GET", path: "/health", timeoutSeconds: 1 }
  expect(gate({ publicEndpoints: [tcp, http], healthCheck: {} })).toEqual({ by: "http", at: 0, probe })
  expect(gate({ publicEndpoints: [tcp, http] })).toEqual({ by: "http", at: 1 })
  expect(gate({ publicEndpoints: [tcp] })).toEqual({ by: "connection", at: 0 })
  expect(gate({ ports: [{ port: 9000 }] })).toEqual({ by: "connection", at: 0 })
  expect(gate({})).toEqual({ by: "life" })
})

test("it keeps the port of a tcp endpoint that was chosen before", () => {
  const stack = stackOf(web({ publicEndpoints: [{ name: "wire", port: 5432, protocol: "tcp" }] }))
  const choices = { "local-port:web/wire": "9444" }
  expect(expand(stack, { choices }).endpoints[0]?.hosts[0]).toMatchObject({ host: "dev.localhost", port: 9444 })
})

test("it runs a declared command as it is", () => {
  const command = ["./run.sh", "--name", "a b"]
  expect(props(stackOf(web({ command })), "web/process").command).toEqual(command)
})

const built = (toolchain: object) => ({ code: { type: "artifact", sha256: "b".repeat(64), toolchain } })
const rust = built({ type: "rust", binaryName: "edge-agent" })

test("it runs the binary of a container or daemon in Rust, unless a command is declared", () => {
  const binary = `/data/artifacts/${"b".repeat(64)}/bin/edge-agent`
  const command = (change: Record<string, unknown>) => props(stackOf(web(change)), "web/process").command
  expect(command(rust)).toEqual([binary])
  expect(command({ ...rust, type: "daemon" })).toEqual([binary])
  expect(command({ ...rust, command: ["bin/edge-agent", "--once"] })).toEqual(["bin/edge-agent", "--once"])
})

test.each([
  [{ type: "worker", ...rust }, "a worker is a module"],
  [{ type: "function", ...rust }, "declare a Container or a Daemon"],
  [built({ type: "docker" }), "toolchain docker is not built"],
])("it refuses the toolchain of %j", (change, message) => {
  const violation = { code: "not_supported", path: "resources.web.code.toolchain" }
  const refusal = { violations: [{ ...violation, message: expect.stringContaining(message) }] }
  expect(() => expand(stackOf(web(change)))).toThrow(
    expect.objectContaining({ code: "stack_not_supported", context: refusal }),
  )
})

test.each([
  [{ code: { type: "image", image: "acme/web:1" } }, "resources.web.code"],
  [{ publicEndpoints: [{ name: "9000", port: 80 }], ports: [{ port: 9000 }] }, "resources.web.ports"],
])("it refuses %j", (change, path) => {
  const refusal = { violations: [expect.objectContaining({ code: "not_supported", path })] }
  expect(() => expand(stackOf(web(change)))).toThrow(
    expect.objectContaining({ code: "stack_not_supported", context: refusal }),
  )
})
