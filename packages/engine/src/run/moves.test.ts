import { type Interference, refuse, type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Old = tiny("old", { parts: "entries" })
const New = tiny("new", { parts: "entries" }, { createTakes: 120_000 })
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
const entries = (trial: Trial, kind: string): Entries =>
  Object.assign({}, ...trial.objects(kind).map(({ props }) => props.entries))

/** Notes the moments at which a host is served by neither. */
const watch = (trial: Trial, key: string, into: number[]): Interference => {
  const look = () => {
    if (!(key in entries(trial, "old")) && !(key in entries(trial, "new"))) into.push(trial.clock.now())
  }
  return { before: look, after: look }
}

describe("a host that moves to another shared node", () => {
  test("is served by the old one until the new one does", async () => {
    const trial = new Trial([Old, New, Backend])
    await trial.converge(hosts({ old: ["h", "k"] }))
    const dark: number[] = []
    await trial.converge(hosts({ old: ["k"], new: ["h"] }), { trouble: watch(trial, "h", dark) })
    expect(dark).toEqual([])
    expect(Object.keys(entries(trial, "old"))).toEqual(["k"])
    expect(Object.keys(entries(trial, "new"))).toEqual(["h"])
  })

  test("keeps the old node alive that nothing else wants, until it has moved", async () => {
    const trial = new Trial([Old, New, Backend])
    await trial.converge(hosts({ old: ["h"] }))
    const dark: number[] = []
    await trial.converge(hosts({ new: ["h"] }), { trouble: watch(trial, "h", dark) })
    expect(dark).toEqual([])
    expect(trial.objects("old")).toEqual([])
  })

  test("changes places with another one without either being dark", async () => {
    const trial = new Trial([Old, New, Backend])
    await trial.converge(hosts({ old: ["a"], new: ["b"] }))
    const dark: number[] = []
    const looks = [watch(trial, "a", dark), watch(trial, "b", dark)]
    const look = () => {
      for (const { before } of looks) before?.({} as never)
    }
    await trial.converge(hosts({ old: ["b"], new: ["a"] }), { trouble: { before: look, after: look } })
    expect(dark).toEqual([])
    expect(Object.keys(entries(trial, "old"))).toEqual(["b"])
    expect(Object.keys(entries(trial, "new"))).toEqual(["a"])
  })

  test("stays where it is while the new one refuses it", async () => {
    const Refusing: TinyType = tiny(
      "new",
      { parts: "entries" },
      {
        check: ({ entries: wanted }) => {
          if (wanted && "h" in wanted) throw refuse("invalid", "h may not be here", { part: "h" })
        },
      },
    )
    const types = { old: Old, new: Refusing }
    const trial = new Trial([Old, Refusing, Backend])
    await trial.converge(hosts({ old: ["h", "k"] }, { types }))
    const result = await trial.run(hosts({ old: ["k"], new: ["h"] }, { types }))
    expect(result.outcome).toBe("failed")
    expect(Object.keys(entries(trial, "old")).sort()).toEqual(["h", "k"])
  })

  test("keeps what it is served from until it has moved", async () => {
    const trial = new Trial([Old, New, Backend])
    await trial.converge(hosts({ old: ["h"] }))
    const missing: string[] = []
    const look = () => {
      for (const { backend } of Object.values({ ...entries(trial, "old"), ...entries(trial, "new") }))
        if (!trial.cloud.existing(backend)) missing.push(backend)
    }
    await trial.converge(hosts({ new: ["h"] }, { color: "green" }), { trouble: { before: look, after: look } })
    expect(missing).toEqual([])
    expect(trial.only("backend").props.color).toBe("green")
  })

  test("goes at once when nothing serves it any more", async () => {
    const trial = new Trial([Old, New, Backend])
    await trial.converge(hosts({ old: ["h", "k"] }))
    await trial.run(hosts({ old: ["k"] }))
    expect(Object.keys(entries(trial, "old"))).toEqual(["k"])
  })
})
