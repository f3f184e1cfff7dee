import { expect, test } from "vitest"
import { deployment, expand, golden, stackOf } from "../testing/expand.ts"

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
])("it refuses the toolchain of %j", (change, message) => {
  const violation = { code: "not_supported", path: "resources.web.code.toolchain" }
  const refusal = { violations: [{ ...violation, message: expect.stringContaining(message) }] }
  expect(() => expand(stackOf(web(change)))).toThrow(
    expect.objectContaining({ code: "stack_not_supported", context: refusal }),
  )
})

test.each([[{ publicEndpoints: [{ name: "9000", port: 80 }], ports: [{ port: 9000 }] }, "resources.web.ports"]])(
  "it refuses %j",
  (change, path) => {
    const refusal = { violations: [expect.objectContaining({ code: "not_supported", path })] }
    expect(() => expand(stackOf(web(change)))).toThrow(
      expect.objectContaining({ code: "stack_not_supported", context: refusal }),
    )
  },
)

const image = { type: "image", image: "acme/web:1" }
const MANAGER = { url: "http://127.0.0.1:7400", tokenOf: () => "secret" }

test("it runs an image in containers with the size that is declared, told the declared ports and no more of the machine", async () => {
  const stack = stackOf(
    web({
      code: image,
      replicas: 2,
      publicEndpoints: [{ name: "site", port: 8080 }],
      ports: [{ port: 9000 }],
      command: ["serve"],
      cpu: { min: "1", desired: "2" },
      memory: { min: "256Mi", desired: "512Mi" },
    }),
  )
  const { graph, notes } = expand(stack, { deployment: { release: "rel_a", manager: MANAGER } })
  expect(notes).toEqual(["web: its 2 replicas are containers on this machine, used round-robin"])
  const { injected, ...rest } = graph.nodes.get("web/process/2")?.props ?? {}
  expect(rest).toMatchObject({
    image: { node: expect.stringMatching(/^web\/image\/[0-9a-f]{8}$/), attribute: "id" },
    command: ["serve"],
    ports: [["PORT", "ALIEN_PORT_SITE"], ["ALIEN_PORT_9000"]],
    container: {
      network: { node: "_stack/network", attribute: "name" },
      alias: "web",
      inside: [8080, 9000],
      memoryBytes: 512 * 1024 * 1024,
      cpus: 2,
    },
  })
  expect(rest).not.toHaveProperty("artifact")
  expect(rest).not.toHaveProperty("managerToken")
  const told = injected as Record<string, string>
  expect(Object.keys(told).sort()).toEqual([
    "ALIEN_DEPLOYMENT_ID",
    "ALIEN_PUBLIC_ENDPOINTS_JSON",
    "ALIEN_WEB_BINDING",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
  ])
})

test("it looks up a tag once for each release, and a digest once for all", () => {
  const imageNode = (reference: string, release: string) =>
    [
      ...expand(stackOf(web({ code: { type: "image", image: reference } })), {
        deployment: { release },
      }).graph.nodes.keys(),
    ].find((node) => node.startsWith("web/image/"))
  const digest = `acme/web@sha256:${"a".repeat(64)}`
  expect(imageNode("acme/web:1", "rel_a")).toBe(imageNode("acme/web:1", "rel_a"))
  expect(imageNode("acme/web:1", "rel_a")).not.toBe(imageNode("acme/web:1", "rel_b"))
  expect(imageNode(digest, "rel_a")).toBe(imageNode(digest, "rel_b"))
})

test("it tells of the image and the network before the process that waits for them", () => {
  const { endpoints } = expand(stackOf(web({ code: image, publicEndpoints: [{ name: "site", port: 8080 }] })))
  expect(endpoints[0]?.hosts[0]?.target.map(({ node }) => node)).toEqual([
    expect.stringMatching(/^web\/image\//),
    "_stack/network",
    "web/process",
    "web/readiness",
    expect.stringMatching(/^web\/certificate\//),
    expect.stringMatching(/^web\/route\//),
  ])
})

test("it gives a container the hosts and ports of its own endpoints and of what it links, and the files of whom it trusts", () => {
  const { graph } = expand(
    stackOf(web({ code: image, publicEndpoints: [{ name: "site", port: 8080 }], links: [{ id: "api" }] }), {
      id: "api",
      publicEndpoints: [{ name: "web" }],
    }),
  )
  const { neighbours, injected } = (graph.nodes.get("web/process")?.props ?? {}) as Record<
    string,
    Record<string, unknown>
  >
  expect(neighbours).toEqual({
    address: expect.objectContaining({ node: "_stack/network", attribute: "gateway" }),
    hosts: ["web.dev.localhost", "api.dev.localhost"],
    ports: [8443],
    files: {
      [String(injected?.NODE_EXTRA_CA_CERTS)]: deployment.certificateAuthorityFile,
      [String(injected?.SSL_CERT_FILE)]: deployment.certificateBundleFile,
    },
  })
})

test("it loads what a Dockerfile was built into, and shares one network", () => {
  const docker = built({ type: "docker" }).code
  const { graph } = expand(stackOf(web({ code: docker }), { id: "agent", type: "daemon", code: image }))
  const images = [...graph.nodes.values()].filter(({ node }) => node.includes("/image/"))
  expect(images.map(({ props }) => props)).toEqual([{ artifact: "b".repeat(64) }, { image: "acme/web:1" }])
  expect([...graph.nodes.keys()].filter((node) => node === "_stack/network")).toHaveLength(1)
})
