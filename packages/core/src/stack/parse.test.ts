import { expect, test } from "vitest"
import { violationsThrown } from "../testing/violations-thrown.ts"
import { parseStack } from "./parse.ts"

const code = { type: "image", image: "acme/api" }
const entry = (config: object, rest: object = {}) => ({ config: { code, ...config }, lifecycle: "live", ...rest })
const worker = (id: string, config: object = {}, rest: object = {}) => ({
  [id]: entry({ type: "worker", id, ...config }, rest),
})

const codes = (value: unknown) => violationsThrown("stack_invalid", () => parseStack(value))

test("fills in the defaults and freezes", () => {
  const stack = parseStack({ id: "s", resources: worker("api", { publicEndpoints: [{ name: "web" }] }) })
  expect(stack.resources.api).toMatchObject({
    config: { memoryMb: 512, publicEndpoints: [{ name: "web", wildcardSubdomains: false, streaming: false }] },
    dependencies: [],
  })
  expect(Object.isFrozen(stack.resources.api?.config)).toBe(true)
})

test("accepts an empty stack, links that go in a circle, and a link to itself", () => {
  expect(codes({ id: "s", resources: {} })).toEqual([])
  const resources = { ...worker("a", { links: [{ id: "b" }] }), ...worker("b", { links: [{ id: "a" }, { id: "b" }] }) }
  expect(codes({ id: "s", resources })).toEqual([])
})

test.each<[string, unknown, [string, string][]]>([
  ["no object", "x", [["(root)", "type_wrong"]]],
  ["a stack without an id", { resources: {} }, [["id", "value_missing"]]],
  ["a stack id with a path in it", { id: "../s", resources: {} }, [["id", "value_malformed"]]],
  ["an unknown key", { id: "s", resources: {}, resource: 1 }, [["resource", "key_unknown"]]],
  [
    "an unknown platform",
    { id: "s", resources: {}, supportedPlatforms: ["amazon"] },
    [["supportedPlatforms[0]", "value_unknown"]],
  ],
  [
    "an empty list of platforms",
    { id: "s", resources: {}, supportedPlatforms: [] },
    [["supportedPlatforms", "out_of_range"]],
  ],
  [
    "an unknown type",
    { id: "s", resources: { a: entry({ type: "wroker", id: "a" }) } },
    [["resources.a.type", "value_unknown"]],
  ],
  [
    "an unknown lifecycle",
    { id: "s", resources: worker("a", {}, { lifecycle: "dead" }) },
    [["resources.a.lifecycle", "value_unknown"]],
  ],
  [
    "another id inside",
    { id: "s", resources: { a: entry({ type: "worker", id: "b" }) } },
    [["resources.a.id", "id_mismatch"]],
  ],
  [
    "ids that differ in case",
    { id: "s", resources: { ...worker("a"), ...worker("A") } },
    [["resources.A", "id_taken"]],
  ],
  [
    "ids that differ in - and _",
    { id: "s", resources: { ...worker("a-b"), ...worker("a_b") } },
    [["resources.a_b", "id_taken"]],
  ],
  [
    "a link to nothing",
    { id: "s", resources: worker("a", { links: [{ id: "b" }] }) },
    [["resources.a.links[0].id", "link_unknown"]],
  ],
  [
    "a link to an inherited name",
    { id: "s", resources: worker("a", { links: [{ id: "constructor" }] }) },
    [["resources.a.links[0].id", "link_unknown"]],
  ],
  [
    "a link of another type",
    { id: "s", resources: worker("a", { links: [{ id: "a", type: "daemon" }] }) },
    [["resources.a.links[0].type", "link_type_wrong"]],
  ],
  [
    "a dependency on nothing",
    { id: "s", resources: worker("a", {}, { dependencies: [{ id: "b" }] }) },
    [["resources.a.dependencies[0].id", "link_unknown"]],
  ],
  [
    "dependencies that go in a circle",
    {
      id: "s",
      resources: {
        ...worker("a", {}, { dependencies: [{ id: "b" }] }),
        ...worker("b", {}, { dependencies: [{ id: "a" }] }),
      },
    },
    [
      ["resources.a.dependencies", "dependency_cycle"],
      ["resources.b.dependencies", "dependency_cycle"],
    ],
  ],
  [
    "a Function with an endpoint of another name",
    { id: "s", resources: { a: entry({ type: "function", id: "a", publicEndpoints: [{ name: "web" }] }) } },
    [["resources.a.publicEndpoints[0]", "function_endpoint"]],
  ],
  [
    "a key of an older version",
    { id: "s", resources: worker("a", { ingress: "public" }) },
    [["resources.a.ingress", "not_supported"]],
  ],
  [
    "a key of an older version in a port",
    { id: "s", resources: { a: entry({ type: "container", id: "a", ports: [{ port: 80, expose: "http" }] }) } },
    [["resources.a.ports[0].expose", "not_supported"]],
  ],
  [
    "remote access",
    { id: "s", resources: worker("a", {}, { remoteAccess: true }) },
    [["resources.a.remoteAccess", "not_supported"]],
  ],
  [
    "permissions that grant something",
    { id: "s", resources: {}, permissions: { profiles: { p: { "*": ["storage/data-read"] } } } },
    [['permissions.profiles.p["*"]', "not_supported"]],
  ],
  [
    "a profile that the stack lacks",
    { id: "s", resources: worker("a", { permissions: "q" }), permissions: { profiles: { p: {} } } },
    [["resources.a.permissions", "permission_profile_unknown"]],
  ],
  [
    "an artifact with a bad hash",
    {
      id: "s",
      resources: worker("a", { code: { type: "artifact", sha256: "../x", toolchain: { type: "typescript" } } }),
    },
    [["resources.a.code.sha256", "value_malformed"]],
  ],
  [
    "a prototype",
    JSON.parse('{"id": "s", "resources": {"__proto__": {}}}'),
    [["resources.__proto__", "name_reserved"]],
  ],
])("refuses %s", (_what, value, expected) => {
  expect(codes(value)).toEqual(expected)
})

test.each([
  "../a",
  "a/b",
  "a b",
  "a;b",
  "a'b",
  'a"b',
  "a\nb",
  "a\r\nX: y",
  "a\0b",
  "$(a)",
  "a`b`",
  "a.b",
  "",
  "ä",
  "x".repeat(65),
])("refuses the name %j wherever names stand", (name) => {
  const at = (value: object) => codes({ id: "s", resources: value }).length
  expect(at(worker(name))).toBeGreaterThan(0)
  expect(at(worker("a", { publicEndpoints: [{ name }] }))).toBe(1)
  expect(at(worker("a", { publicEndpoints: [{ name: "web", hostLabel: name }] }))).toBe(1)
  expect(at(worker("a", { environment: { [name]: "1" } }))).toBe(name.length === 65 ? 0 : 1)
  expect(at(worker("a", { permissions: name }))).toBe(1)
  expect(at(worker("a", { links: [{ id: name }] }))).toBeGreaterThan(0)
})
