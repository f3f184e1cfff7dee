import { Container, problem, Stack, type StackConfig, Worker } from "@alienplatform/core"
import { defineNode, Graph, type Plan, type PlanChange } from "@alienplatform/engine"
import { describe, expect, test } from "vitest"
import { expandStack } from "../release/expansion.ts"
import { clearFields, withoutValues } from "./clear-fields.ts"
import type { Variable } from "./stored.ts"

const Thing = defineNode<Record<string, unknown>, { address: string }, object>({
  type: "test.Thing",
  identity: { by: "name" },
  parts: "entries",
  permissions: { read: [] },
  read: async () => undefined,
  create: async () => undefined,
  update: async () => undefined,
  delete: async () => undefined,
})

const worker = (environment: Record<string, string>): StackConfig =>
  new Stack("shop")
    .add(new Worker("api").code({ type: "image", image: "acme/api:1" }).environment(environment).build(), "live")
    .build()

/** What an expansion would do with the environment of the one worker. */
type Expand = (graph: Graph, environment: Record<string, string>) => void

function clear(expand: Expand, declared: Record<string, string>, variables: Variable[] = []) {
  const graphOf = (own: readonly Variable[]) => {
    const graph = new Graph({ prefix: "p" })
    expand(graph, { ...declared, ...Object.fromEntries(own.map(({ name, value }) => [name, value])) })
    return graph
  }
  return clearFields(graphOf(variables), { stack: worker(declared), variables }, graphOf)
}
const plainVariable = (name: string, value: string): Variable => ({ name, value, secret: false })

describe("the fields of a plan that say nothing of variables", () => {
  test("are all that stay the same whatever the values are, wherever those go", () => {
    const found = clear(
      (graph, environment) => {
        const first = graph.add(Thing, "api/first", {
          size: 1,
          environment,
          definition: { containers: [{ env: Object.entries(environment) }] },
          hash: `${Object.values(environment)}`.length,
        })
        graph.add(Thing, "api/second", { of: first.ref("address"), names: "fixed" })
      },
      { COLOUR: "red" },
    )
    expect(found).toEqual({ "api/first": ["size"], "api/second": ["of", "names"] })
  })

  test("are not those that are empty today, nor those that only a value of the deployment goes into", () => {
    const expand: Expand = (graph, environment) => graph.add(Thing, "api/first", { size: 1, environment })
    expect(clear(expand, {})).toEqual({ "api/first": ["size"] })
    expect(clear(expand, { A: "1" }, [plainVariable("A", "2"), plainVariable("B", "3")])).toEqual({
      "api/first": ["size"],
    })
    const only: Expand = (graph, { B = "" }) => graph.add(Thing, "api/first", { size: 1, b: B })
    expect(clear(only, { A: "1" }, [plainVariable("B", "3")])).toEqual({ "api/first": ["size"] })
  })

  test("are parts too", () => {
    const found = clear(
      (graph, { COLOUR }) => {
        const shared = graph.add(Thing, "_stack/shared", {})
        graph.part(shared, "a.example.com", { to: "a" })
        graph.part(shared, "b.example.com", { header: COLOUR })
      },
      { COLOUR: "red" },
    )
    expect(found).toEqual({ "_stack/shared": ["entries.a.example.com"] })
  })

  test("are none where other values would be refused", () => {
    const found = clear(
      (graph, { COLOUR }) => {
        if (COLOUR !== "red") throw problem("value_malformed", { message: "no" })
        graph.add(Thing, "api/first", { size: 1 })
      },
      { COLOUR: "red" },
    )
    expect(found).toEqual({})
  })

  test("are none of a node that only these values lead to", () => {
    const found = clear(
      (graph, { COLOUR }) => {
        if (COLOUR === "red") graph.add(Thing, "api/red", { size: 1 })
      },
      { COLOUR: "red" },
    )
    expect(found).toEqual({ "api/red": [] })
  })

  test("are on this machine all but the environment and the secrets of a process", async () => {
    const { local } = await import("@alienplatform/provider-local")
    const code = { type: "artifact" as const, sha256: "a".repeat(64), toolchain: { type: "typescript" as const } }
    const [api, web] = [new Worker("api").code(code), new Container("web").code(code)]
    api.environment({ A: "1" }).publicEndpoint("web")
    web.environment({ B: "2" }).publicEndpoint("web", 8080)
    const stack = new Stack("shop").add(api.build(), "live").add(web.build(), "live").build()
    const deployment = {
      ...{ id: "dep_a", name: "shop", platform: "local", prefix: "p", gatewayPort: 8443, tcpPorts: [] },
      ...{ workerCommand: ["node"], programCommand: ["node"], artifactsDirectory: "/artifacts" },
      ...{ certificateAuthority: "PEM", certificateAuthorityFile: "/ca.pem", certificateBundleFile: "/trust.pem" },
    }
    const graphOf = (variables: readonly Variable[]) =>
      expandStack({ platform: local, stack, settings: {}, deployment, variables }).graph
    const graph = graphOf([])
    const found = clearFields(graph, { stack, variables: [] }, graphOf)
    const hidden = [...graph.nodes].flatMap(([id, { props }]) =>
      Object.keys(props).flatMap((name) => (found[id]?.includes(name) ? [] : [`${id} ${name}`])),
    )
    expect(hidden.sort()).toEqual(
      ["api", "web"].flatMap((id) => [`${id}/process environment`, `${id}/process secrets`]),
    )
  })
})

test("a plan without values keeps those of clear fields, and of all others that they change", () => {
  const change = (field: string): PlanChange => ({ field, from: "1", to: "2" })
  const drifted = (field: string) => ({ field, expected: "1", observed: "2" })
  const plan = {
    actions: [{ node: "api/first", changes: [change("size"), change("environment")] }],
    drift: [{ node: "api/first", at: 0, fields: [drifted("size"), drifted("environment")] }],
  } as unknown as Plan
  expect(withoutValues(plan, { "api/first": ["size"] }).actions[0]?.changes).toEqual([
    change("size"),
    { field: "environment" },
  ])
  expect(withoutValues(plan, { "api/first": ["size"] }).drift[0]?.fields).toEqual([
    drifted("size"),
    { field: "environment" },
  ])
  expect(withoutValues(plan, {}).actions[0]?.changes).toEqual([{ field: "size" }, { field: "environment" }])
})
