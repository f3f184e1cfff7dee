import { type CloudCall, MemoryBench, refusal, TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const FOREIGN = { target: "somebody-elses" }

const Thing = tiny("thing")
const Listener = tiny(
  "listener",
  { parts: "entries" },
  {
    usedBy: [],
    check: ({ entries }) => {
      const bad = Object.entries(entries ?? {}).find(([, value]) => JSON.stringify(value).includes("forbidden"))
      if (bad) throw refusal("denied", `${bad[0]} is not allowed`, { part: bad[0] })
    },
  },
)

/** A listener with one part per host. */
const listener =
  (hosts: Record<string, string>, size = 1) =>
  (graph: Graph) => {
    const shared = graph.add(Listener, "_stack/listener", { size })
    for (const [host, target] of Object.entries(hosts)) {
      const part = graph.part(shared, host, { target })
      graph.add(Thing, `${host}/thing`, { to: host }, { after: [part] })
    }
  }

const addForeign = (deployment: TinyDeployment, host: string) => {
  const { props } = deployment.onlyObject("listener")
  props.entries = { ...(props.entries as object), [host]: FOREIGN }
}
const entries = (deployment: TinyDeployment) => deployment.onlyObject("listener").props.entries

describe("a refusal that names a part", () => {
  const hosts = { a: "one", b: "forbidden", c: "three" }

  test("parks that part alone, and the other parts go on", async () => {
    const deployment = new TinyDeployment([Listener, Thing])
    const result = await deployment.run(listener(hosts))
    expect(result.outcome).toBe("failed")
    expect(entries(deployment)).toEqual({ a: { target: "one" }, c: { target: "three" } })
    const row = await deployment.row("_stack/listener")
    expect(row.state.status).toBe("settled")
    expect(row.parts.b).toMatchObject({ props: null, why: { code: "denied" } })
    expect(deployment.objects("thing").map(({ props }) => props.to)).toEqual(["a", "c"])
  })

  test("is not repeated until its props change", async () => {
    const deployment = new TinyDeployment([Listener, Thing])
    await deployment.run(listener(hosts))
    const { mutations } = deployment.cloud
    await deployment.run(listener(hosts))
    expect(deployment.cloud.mutations).toBe(mutations)
    const result = await deployment.run(listener({ ...hosts, b: "two" }))
    expect(result.outcome).toBe("settled")
    expect(entries(deployment)).toEqual({ a: { target: "one" }, b: { target: "two" }, c: { target: "three" } })
  })

  test("keeps a part that was there as it was last sent", async () => {
    const deployment = new TinyDeployment([Listener, Thing])
    await deployment.run(listener({ a: "one", b: "two" }))
    await deployment.run(listener({ a: "uno", b: "forbidden" }))
    expect(entries(deployment)).toEqual({ a: { target: "uno" }, b: { target: "two" } })
  })

  test("is forgotten when the part goes back to what was accepted", async () => {
    const deployment = new TinyDeployment([Listener, Thing])
    await deployment.run(listener({ a: "one" }))
    expect((await deployment.run(listener({ a: "forbidden" }))).outcome).toBe("failed")
    const result = await deployment.run(listener({ a: "one" }))
    expect(result.outcome).toBe("settled")
    expect((await deployment.row("_stack/listener")).parts.a).toEqual({ props: { target: "one" }, dependencies: {} })
  })

  test("about a part that it took before ends the run", async () => {
    let forbidden = ""
    const Moody = tiny(
      "listener",
      { parts: "entries" },
      {
        check: () => {
          if (forbidden) throw refusal("denied", `${forbidden} is not allowed any more`, { part: forbidden })
        },
      },
    )
    const deployment = new TinyDeployment([Moody])
    const build = (hosts: readonly string[]) => (graph: Graph) => {
      const shared = graph.add(Moody, "_stack/listener", { size: 1 })
      for (const host of hosts) graph.part(shared, host, { target: host })
    }
    await deployment.run(build(["a"]))
    forbidden = "a"
    const result = await deployment.run(build(["a", "b"]))
    expect(result.outcome).toBe("failed")
  })
})

describe("entries of others", () => {
  test("survive every update and are reported as unmanaged", async () => {
    const deployment = new TinyDeployment([Listener, Thing])
    await deployment.converge(listener({ a: "one" }))
    addForeign(deployment, "theirs")
    await deployment.converge(listener({ a: "two", b: "new" }))
    expect(entries(deployment)).toEqual({ a: { target: "two" }, b: { target: "new" }, theirs: FOREIGN })
    await deployment.converge(listener({ b: "new" }, 2))
    expect(entries(deployment)).toEqual({ b: { target: "new" }, theirs: FOREIGN })
    expect((await deployment.row("_stack/listener")).unmanaged).toEqual(["theirs"])
    expect((await deployment.plan(listener({ b: "new" }, 2))).unmanaged).toEqual([
      { node: "_stack/listener", keys: ["theirs"] },
    ])
  })

  test("that come between our look and our call survive it", async () => {
    const deployment = new TinyDeployment([Listener, Thing])
    await deployment.converge(listener({ a: "one" }))
    let came = false
    const before = ({ verb, kind }: CloudCall) => {
      if (came || verb !== "update" || kind !== "listener") return
      came = true
      addForeign(deployment, "theirs")
      deployment.onlyObject("listener").version += 1
    }
    await deployment.converge(listener({ a: "two", b: "new" }), { trouble: { before } })
    expect(entries(deployment)).toEqual({ a: { target: "two" }, b: { target: "new" }, theirs: FOREIGN })
  })

  test("keep the listener from being deleted, which is reported, until they are gone", async () => {
    const deployment = new TinyDeployment([Listener, Thing])
    await deployment.converge(listener({ a: "one" }))
    addForeign(deployment, "theirs")
    const result = await deployment.run(null)
    expect(result).toMatchObject({
      outcome: "progressing",
      rows: [{ state: { why: { code: "holds_foreign_entries" } } }],
    })
    expect(result.dueAt).not.toBeNull()
    expect(deployment.onlyObject("listener")).toBeDefined()
    deployment.onlyObject("listener").props.entries = {}
    await deployment.converge(null)
    expect(deployment.objects("listener")).toEqual([])
  })
})

describe("a part whose key somebody else took", () => {
  const taken = async () => {
    const deployment = new TinyDeployment([Listener, Thing])
    await deployment.converge(listener({ a: "one" }))
    addForeign(deployment, "b")
    await deployment.run(listener({ a: "one", b: "two" }))
    return deployment
  }

  test("is refused as name_taken and leaves the entry", async () => {
    const deployment = await taken()
    expect(entries(deployment)).toEqual({ a: { target: "one" }, b: FOREIGN })
    expect((await deployment.row("_stack/listener")).parts.b).toMatchObject({
      why: { code: "name_taken", on: "person" },
    })
    expect(deployment.objects("thing")).toHaveLength(1)
  })

  test("leaves the entry when its props change", async () => {
    const deployment = await taken()
    const result = await deployment.run(listener({ a: "one", b: "three" }))
    expect(entries(deployment)).toEqual({ a: { target: "one" }, b: FOREIGN })
    expect(result.outcome).toBe("failed")
  })

  test("leaves the entry when it is retried", async () => {
    const deployment = await taken()
    const result = await deployment.run(listener({ a: "one", b: "two" }), { retry: true })
    expect(entries(deployment)).toEqual({ a: { target: "one" }, b: FOREIGN })
    expect(result.outcome).toBe("failed")
  })

  test("is taken in once the entry is gone and it is retried", async () => {
    const deployment = await taken()
    deployment.onlyObject("listener").props.entries = { a: { target: "one" } }
    const result = await deployment.run(listener({ a: "one", b: "two" }), { retry: true })
    expect(result.outcome).toBe("settled")
    expect(entries(deployment)).toEqual({ a: { target: "one" }, b: { target: "two" } })
  })

  test("no longer fails the deployment once it is withdrawn", async () => {
    const deployment = await taken()
    const result = await deployment.run(listener({ a: "one" }))
    expect(result.outcome).toBe("settled")
    expect(entries(deployment)).toEqual({ a: { target: "one" }, b: FOREIGN })
  })

  test("leaves the listener that holds the entry when everything is destroyed", async () => {
    const deployment = await taken()
    const result = await deployment.run(null)
    expect(entries(deployment)).toMatchObject({ b: FOREIGN })
    expect(result.rows).toMatchObject([{ node: "_stack/listener", state: { why: { code: "holds_foreign_entries" } } }])
  })
})

test("a part that another part follows in the blueprint never overlaps with what it needs: no rule names a missing backend", async () => {
  const bench = new MemoryBench()
  const missing: string[] = []
  const look = () => {
    const there = new Set(bench.cloud.ofKind("backend").map(({ id }) => id))
    for (const { props } of bench.cloud.ofKind("listener")) {
      for (const rule of Object.values(props.rules as Record<string, { backend: string }>))
        if (!there.has(rule.backend)) missing.push(rule.backend)
    }
  }
  await bench.converge("first", look)
  await bench.converge("second", look)
  expect(missing).toEqual([])
})
