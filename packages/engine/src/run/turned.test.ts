import { type CloudCall, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Thing = tiny("thing")

/** `one` refers to `other`. */
const refers = (one: string, other: string) => (graph: Graph) => {
  const target = graph.add(Thing, `${other}/thing`, {})
  graph.add(Thing, `${one}/thing`, { to: target.ref("id") })
}

describe("a release that turns a dependency round between two objects that stay", () => {
  test("runs through, and everything can be destroyed afterwards", async () => {
    const deployment = new TinyDeployment([Thing])
    await deployment.converge(refers("a", "b"))
    await deployment.converge(refers("b", "a"))
    expect(Object.fromEntries(deployment.objects("thing").map(({ id, props }) => [id, props.to]))).toEqual({
      "tiny-a-thing": undefined,
      "tiny-b-thing": "tiny-a-thing",
    })
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
  })

  test.each([1, 2])("and that dies at its call %s can be destroyed, finished and taken back", async (at) => {
    for (const build of [null, refers("b", "a"), refers("a", "b")]) {
      const deployment = new TinyDeployment([Thing])
      await deployment.converge(refers("a", "b"))
      const stop = new AbortController()
      let updates = 0
      const after = ({ verb }: CloudCall) => {
        if (verb !== "update" || ++updates !== at) return
        stop.abort()
        throw new Error("connection reset")
      }
      await deployment.run(refers("b", "a"), { signal: stop.signal, trouble: { after } })
      await deployment.converge(build)
      expect(deployment.objects("thing")).toHaveLength(build ? 2 : 0)
    }
  })
})

describe("two objects that refer to each other, one of them by name", () => {
  const predict = ({ name }: { name: string }) => ({ address: `${name}.example` })
  const Replaced = tiny("replaced", { replaceOn: ["key"], predict })
  const Peer = tiny("peer", { predict })
  const build = (key: string) => (graph: Graph) => {
    const replaced = graph.add(Replaced, "api/replaced", { key })
    const peer = graph.add(Peer, "api/peer", { to: replaced.ref("id") })
    const node = graph.nodes.get("api/replaced")
    if (node) node.props.to = peer.ref("address", "name")
  }

  test("are replaced with one of the first always there", async () => {
    const deployment = new TinyDeployment([Replaced, Peer])
    await deployment.converge(build("1"))
    const counts = new Set<number>()
    await deployment.converge(build("2"), {
      trouble: { after: () => void counts.add(deployment.objects("replaced").length) },
    })
    expect(counts).toEqual(new Set([1, 2]))
    expect(deployment.onlyObject("peer").props.to).toBe("tiny-api-replaced-2")
    expect((await deployment.converge(null)).outcome).toBe("destroyed")
  })
})

describe("releases that follow each other before anything has settled", () => {
  const Slow = tiny("thing", { replaceOn: ["key"] }, { settleMs: 100_000 })
  const build = (key: string) => (graph: Graph) => void graph.add(Slow, "api/thing", { key })

  test("leave one object, with the props of the last", async () => {
    const deployment = new TinyDeployment([Slow])
    for (const key of ["1", "2", "1", "3", "1", "2"]) await deployment.run(build(key))
    await deployment.converge(build("2"))
    expect(deployment.onlyObject("thing").props.key).toBe("2")
    expect(await deployment.store.rows()).toHaveLength(1)
  })
})

describe("a part that moves to a new object", () => {
  const Balancer = tiny("balancer", { parts: "entries" }, { settleMs: 2_000 })
  const Target = tiny(
    "target",
    { identity: { by: "assigned" }, replaceOn: ["key"] },
    { address: "assigned", usedBy: ["balancer"] },
  )
  const build = (key: string) => (graph: Graph) => {
    const target = graph.add(Target, "api/target", { key })
    const balancer = graph.add(Balancer, "_stack/balancer", {})
    graph.part(balancer, "host", { target: target.ref("id") })
  }

  test.each([1, 2, 3, 4, 5, 6])("and whose release dies at its call %s is destroyed in the right order", async (at) => {
    const deployment = new TinyDeployment([Balancer, Target])
    await deployment.converge(build("1"))
    const stop = new AbortController()
    let calls = 0
    const after = ({ verb }: CloudCall) => {
      if (verb === "read" || ++calls !== at) return
      stop.abort()
      throw new Error("connection reset")
    }
    await deployment.run(build("2"), { signal: stop.signal, trouble: { after } })
    await deployment.converge(null)
    expect([...deployment.objects("target"), ...deployment.objects("balancer")]).toEqual([])
    expect(deployment.store.events.filter(({ event }) => event === "refused")).toEqual([])
  })
})
