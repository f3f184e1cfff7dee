import { TinyDeployment, type TinyProps, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Network = tiny("network", {}, { usedBy: ["listener"] })
const Listener = tiny("listener", { parts: "entries" })
const Alias = tiny("alias")
const Thing = tiny("thing")

/** A listener in a network, reached through an alias; and a thing of its own. */
const build = (graph: Graph) => {
  const network = graph.add(Network, "_stack/network", {})
  const listener = graph.add(Listener, "_stack/listener", { to: network.ref("id") })
  graph.part(listener, "ours", { target: "ours" })
  graph.add(Alias, "_stack/alias", { to: listener.ref("id") })
  graph.add(Thing, "api/thing", {})
}

const opened = async () => {
  const deployment = new TinyDeployment([Network, Listener, Alias, Thing])
  await deployment.converge(build)
  const { props } = deployment.onlyObject("listener")
  props.entries = { ...(props as TinyProps).entries, theirs: { target: "theirs" } }
  return deployment
}

const kinds = (deployment: TinyDeployment) => [...deployment.cloud.objects.values()].map(({ kind }) => kind).sort()

describe("our shared object that holds entries of others", () => {
  test("is kept when everything is destroyed, with what it needs, and is reported", async () => {
    const deployment = await opened()
    const { rows, outcome } = await deployment.run(null)
    expect(outcome).not.toBe("destroyed")
    expect(kinds(deployment)).toEqual(expect.arrayContaining(["listener", "network"]))
    expect(kinds(deployment)).not.toContain("thing")
    expect(rows.find(({ node }) => node === "_stack/listener")).toMatchObject({
      state: { status: "parked", why: { code: "holds_foreign_entries", on: "person", observed: ["theirs"] } },
    })
  })

  test("goes with all of that once the entries are gone", async () => {
    const deployment = await opened()
    await deployment.run(null)
    const { props } = deployment.onlyObject("listener")
    props.entries = {}
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
    expect(kinds(deployment)).toEqual([])
  })
})
