import { type MemoryContext, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { beforeEach, describe, expect, test } from "vitest"
import { defineGate, defineLookup } from "../declare/define-node.ts"
import type { Graph } from "../declare/graph.ts"
import type { ObjectStatus } from "../declare/reading.ts"

const EXPIRED: ObjectStatus = { waiting: { on: "person", code: "certificate_not_issued", message: "it expired" } }
const CLOSED: ObjectStatus = { waiting: { on: "gate", code: "probe_failed", message: "it does not answer" } }

/** Customers' certificates by ARN; what is not named is in order. */
const statuses = new Map<string, ObjectStatus>()

const Certificate = defineLookup<{ arn: string }, { arn: string }, MemoryContext>({
  type: "tiny.certificate",
  permissions: { read: [] },
  read: async ({ props }) => ({
    id: props.arn,
    props,
    attributes: { arn: props.arn },
    status: statuses.get(props.arn) ?? "settled",
  }),
})

const Listener = tiny("listener", { parts: "entries" })

beforeEach(() => statuses.clear())

describe("a lookup whose props change", () => {
  const Thing = tiny("thing")
  const build = (arn: string) => (graph: Graph) => {
    const certificate = graph.add(Certificate, "api/certificate", { arn })
    graph.add(Thing, "api/thing", { to: certificate.ref("arn") })
  }

  test("shows the new object, in its row, in the plan and to its dependants", async () => {
    const deployment = new TinyDeployment([Certificate, Thing])
    await deployment.converge(build("one"))
    await deployment.converge(build("two"))
    expect(await deployment.row("api/certificate")).toMatchObject({ id: "two", attributes: { arn: "two" } })
    expect(deployment.onlyObject("thing").props.to).toBe("two")
    expect((await deployment.plan(build("two"))).actions[0]).toMatchObject({ node: "api/certificate", name: "two" })
  })

  test("is planned as a change whose outcome only the run will know", async () => {
    const deployment = new TinyDeployment([Certificate, Thing])
    await deployment.converge(build("one"))
    const { actions } = await deployment.plan(build("two"))
    expect(actions).toContainEqual(
      expect.objectContaining({
        action: "update",
        node: "api/thing",
        changes: [{ field: "to", from: '"one"', to: "(after api/certificate)" }],
      }),
    )
  })

  test("leaves its dependants with the old one while the new one is not in order", async () => {
    const deployment = new TinyDeployment([Certificate, Thing])
    await deployment.converge(build("one"))
    statuses.set("two", EXPIRED)
    expect((await deployment.run(build("two"))).outcome).toBe("waiting")
    expect(deployment.onlyObject("thing").props.to).toBe("one")
  })
})

describe("a lookup that one part of a shared node refers to", () => {
  const build = (hosts: readonly string[]) => (graph: Graph) => {
    const listener = graph.add(Listener, "_stack/listener", {})
    for (const host of hosts) {
      const certificate = graph.add(Certificate, `${host}/certificate`, { arn: `arn:${host}` })
      graph.part(listener, host, { certificate: certificate.ref("arn") })
    }
  }
  const hosts = (deployment: TinyDeployment) =>
    Object.keys(deployment.onlyObject("listener").props.entries as object).sort()

  test("holds up its own host alone while it is not in order", async () => {
    const deployment = new TinyDeployment([Certificate, Listener])
    statuses.set("arn:b", EXPIRED)
    const result = await deployment.run(build(["a", "b", "c"]))
    expect(hosts(deployment)).toEqual(["a", "c"])
    expect(result.rows.find(({ node }) => node === "b/certificate")?.state.why?.code).toBe("certificate_not_issued")
  })

  test("leaves its host as it was sent when it expires, and others are put in and taken out", async () => {
    const deployment = new TinyDeployment([Certificate, Listener])
    await deployment.converge(build(["a", "b"]))
    statuses.set("arn:b", EXPIRED)
    await deployment.run(build(["b", "c"]))
    expect(hosts(deployment)).toEqual(["b", "c"])
  })
})

describe("a gate", () => {
  let asked = 0
  let open = true
  const Gate = defineGate<{ version: string }, { version: string }, MemoryContext>({
    type: "tiny.gate",
    permissions: { read: [] },
    async read({ props }) {
      asked += 1
      return { id: `gate/${props.version}`, props, attributes: props, status: open ? "settled" : CLOSED }
    },
  })
  const Route = tiny("route")
  const build = (version: string) => (graph: Graph) => {
    const gate = graph.add(Gate, "api/gate", { version })
    graph.add(Route, "api/route", { to: gate.ref("version") })
  }

  beforeEach(() => {
    asked = 0
    open = true
  })

  test("that has passed is not asked again for the same props", async () => {
    const deployment = new TinyDeployment([Gate, Route])
    await deployment.converge(build("1"))
    expect(asked).toBe(1)
    open = false
    for (let count = 0; count < 5; count += 1) await deployment.run(build("1"))
    expect(asked).toBe(1)
    expect((await deployment.run(build("1"))).outcome).toBe("settled")
  })

  test("is asked for other props, and the switch waits until it passes", async () => {
    const deployment = new TinyDeployment([Gate, Route])
    await deployment.converge(build("1"))
    open = false
    await deployment.run(build("2"))
    expect(asked).toBeGreaterThan(1)
    expect(deployment.onlyObject("route").props.to).toBe("1")
    open = true
    await deployment.converge(build("2"))
    expect(deployment.onlyObject("route").props.to).toBe("2")
  })

  test("that has not passed is asked again", async () => {
    const deployment = new TinyDeployment([Gate, Route])
    open = false
    await deployment.run(build("1"))
    expect(asked).toBeGreaterThan(1)
    open = true
    await deployment.converge(build("1"))
    expect(deployment.onlyObject("route").props.to).toBe("1")
  })

  test("that goes back to props for which it passed before is asked anew", async () => {
    const deployment = new TinyDeployment([Gate, Route])
    await deployment.converge(build("1"))
    await deployment.converge(build("2"))
    await deployment.converge(build("1"))
    expect(asked).toBe(3)
  })
})
