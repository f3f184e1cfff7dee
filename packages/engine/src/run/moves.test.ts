import { type Interference, refusal, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Old = tiny("old", { parts: "entries" })
const New = tiny("new", { parts: "entries" }, { createMs: 120_000 })
const Backend = tiny("backend", { identity: { by: "assigned" }, replaceOn: ["color"] }, { address: "assigned" })

interface Homes {
  old?: readonly string[]
  new?: readonly string[]
}

/** Two shared nodes, and which of them serves which host. */
const hosts =
  (homes: Homes, { types = { old: Old, new: New }, color = "blue" } = {}) =>
  (graph: Graph) => {
    const backend = graph.add(Backend, "api/backend", { color })
    for (const name of ["old", "new"] as const) {
      const keys = homes[name]
      if (!keys) continue
      const shared = graph.add(types[name], `_stack/${name}`, {})
      for (const key of keys) graph.part(shared, key, { backend: backend.ref("id") })
    }
  }

type Entries = Record<string, { backend: string }>
const entries = (deployment: TinyDeployment, kind: string): Entries =>
  Object.assign({}, ...deployment.objects(kind).map(({ props }) => props.entries))

/** Notes the moments at which a host is served by neither. */
const watch = (deployment: TinyDeployment, key: string, into: number[]): Interference => {
  const look = () => {
    if (!(key in entries(deployment, "old")) && !(key in entries(deployment, "new"))) into.push(deployment.clock.now())
  }
  return { before: look, after: look }
}

describe("a host that moves to another shared node", () => {
  test("is served by the old one until the new one does", async () => {
    const deployment = new TinyDeployment([Old, New, Backend])
    await deployment.converge(hosts({ old: ["h", "k"] }))
    const dark: number[] = []
    await deployment.converge(hosts({ old: ["k"], new: ["h"] }), { trouble: watch(deployment, "h", dark) })
    expect(dark).toEqual([])
    expect(Object.keys(entries(deployment, "old"))).toEqual(["k"])
    expect(Object.keys(entries(deployment, "new"))).toEqual(["h"])
  })

  test("keeps the old node alive that nothing else wants, until it has moved", async () => {
    const deployment = new TinyDeployment([Old, New, Backend])
    await deployment.converge(hosts({ old: ["h"] }))
    const dark: number[] = []
    await deployment.converge(hosts({ new: ["h"] }), { trouble: watch(deployment, "h", dark) })
    expect(dark).toEqual([])
    expect(deployment.objects("old")).toEqual([])
  })

  test("changes places with another one without either being dark", async () => {
    const deployment = new TinyDeployment([Old, New, Backend])
    await deployment.converge(hosts({ old: ["a"], new: ["b"] }))
    const dark: number[] = []
    const looks = [watch(deployment, "a", dark), watch(deployment, "b", dark)]
    const look = () => {
      for (const { before } of looks) before?.({} as never)
    }
    await deployment.converge(hosts({ old: ["b"], new: ["a"] }), { trouble: { before: look, after: look } })
    expect(dark).toEqual([])
    expect(Object.keys(entries(deployment, "old"))).toEqual(["b"])
    expect(Object.keys(entries(deployment, "new"))).toEqual(["a"])
  })

  test("stays where it is while the new one refuses it", async () => {
    const Refusing: TinyType = tiny(
      "new",
      { parts: "entries" },
      {
        check: ({ entries: wanted }) => {
          if (wanted && "h" in wanted) throw refusal("invalid", "h may not be here", { part: "h" })
        },
      },
    )
    const types = { old: Old, new: Refusing }
    const deployment = new TinyDeployment([Old, Refusing, Backend])
    await deployment.converge(hosts({ old: ["h", "k"] }, { types }))
    const result = await deployment.run(hosts({ old: ["k"], new: ["h"] }, { types }))
    expect(result.outcome).toBe("failed")
    expect(Object.keys(entries(deployment, "old")).sort()).toEqual(["h", "k"])
  })

  test("keeps what it is served from until it has moved", async () => {
    const deployment = new TinyDeployment([Old, New, Backend])
    await deployment.converge(hosts({ old: ["h"] }))
    const missing: string[] = []
    const look = () => {
      for (const { backend } of Object.values({ ...entries(deployment, "old"), ...entries(deployment, "new") }))
        if (!deployment.cloud.existing(backend)) missing.push(backend)
    }
    await deployment.converge(hosts({ new: ["h"] }, { color: "green" }), { trouble: { before: look, after: look } })
    expect(missing).toEqual([])
    expect(deployment.onlyObject("backend").props.color).toBe("green")
  })

  test("goes at once when nothing serves it any more", async () => {
    const deployment = new TinyDeployment([Old, New, Backend])
    await deployment.converge(hosts({ old: ["h", "k"] }))
    await deployment.run(hosts({ old: ["k"] }))
    expect(Object.keys(entries(deployment, "old"))).toEqual(["k"])
  })
})
