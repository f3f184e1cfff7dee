import { type CloudCall, Laboratory, refuse, Trial, tiny } from "@alienplatform/simulator-memory"
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
      if (bad) throw refuse("denied", `${bad[0]} is not allowed`, { part: bad[0] })
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

const addForeign = (trial: Trial, host: string) => {
  const { props } = trial.only("listener")
  props.entries = { ...(props.entries as object), [host]: FOREIGN }
}
const entries = (trial: Trial) => trial.only("listener").props.entries

describe("a refusal that names a part", () => {
  const hosts = { a: "one", b: "forbidden", c: "three" }

  test("parks that part alone, and the other parts go on", async () => {
    const trial = new Trial([Listener, Thing])
    const result = await trial.run(listener(hosts))
    expect(result.outcome).toBe("failed")
    expect(entries(trial)).toEqual({ a: { target: "one" }, c: { target: "three" } })
    const row = await trial.row("_stack/listener")
    expect(row.state.status).toBe("settled")
    expect(row.parts.b).toMatchObject({ props: null, why: { code: "denied" } })
    expect(trial.objects("thing").map(({ props }) => props.to)).toEqual(["a", "c"])
  })

  test("is not repeated until its props change", async () => {
    const trial = new Trial([Listener, Thing])
    await trial.run(listener(hosts))
    const { mutations } = trial.cloud
    await trial.run(listener(hosts))
    expect(trial.cloud.mutations).toBe(mutations)
    const result = await trial.run(listener({ ...hosts, b: "two" }))
    expect(result.outcome).toBe("settled")
    expect(entries(trial)).toEqual({ a: { target: "one" }, b: { target: "two" }, c: { target: "three" } })
  })

  test("keeps a part that was there as it was last sent", async () => {
    const trial = new Trial([Listener, Thing])
    await trial.run(listener({ a: "one", b: "two" }))
    await trial.run(listener({ a: "uno", b: "forbidden" }))
    expect(entries(trial)).toEqual({ a: { target: "uno" }, b: { target: "two" } })
  })

  test("is forgotten when the part goes back to what was accepted", async () => {
    const trial = new Trial([Listener, Thing])
    await trial.run(listener({ a: "one" }))
    expect((await trial.run(listener({ a: "forbidden" }))).outcome).toBe("failed")
    const result = await trial.run(listener({ a: "one" }))
    expect(result.outcome).toBe("settled")
    expect((await trial.row("_stack/listener")).parts.a).toEqual({ props: { target: "one" }, dependencies: {} })
  })

  test("about a part that it took before ends the run", async () => {
    let forbidden = ""
    const Moody = tiny(
      "listener",
      { parts: "entries" },
      {
        check: () => {
          if (forbidden) throw refuse("denied", `${forbidden} is not allowed any more`, { part: forbidden })
        },
      },
    )
    const trial = new Trial([Moody])
    const build = (hosts: readonly string[]) => (graph: Graph) => {
      const shared = graph.add(Moody, "_stack/listener", { size: 1 })
      for (const host of hosts) graph.part(shared, host, { target: host })
    }
    await trial.run(build(["a"]))
    forbidden = "a"
    const result = await trial.run(build(["a", "b"]))
    expect(result.outcome).toBe("failed")
  })
})

describe("entries of others", () => {
  test("survive every update and are reported as unmanaged", async () => {
    const trial = new Trial([Listener, Thing])
    await trial.converge(listener({ a: "one" }))
    addForeign(trial, "theirs")
    await trial.converge(listener({ a: "two", b: "new" }))
    expect(entries(trial)).toEqual({ a: { target: "two" }, b: { target: "new" }, theirs: FOREIGN })
    await trial.converge(listener({ b: "new" }, 2))
    expect(entries(trial)).toEqual({ b: { target: "new" }, theirs: FOREIGN })
    expect((await trial.row("_stack/listener")).unmanaged).toEqual(["theirs"])
    expect((await trial.plan(listener({ b: "new" }, 2))).unmanaged).toEqual([
      { node: "_stack/listener", keys: ["theirs"] },
    ])
  })

  test("that come between our look and our call survive it", async () => {
    const trial = new Trial([Listener, Thing])
    await trial.converge(listener({ a: "one" }))
    let came = false
    const before = ({ verb, kind }: CloudCall) => {
      if (came || verb !== "update" || kind !== "listener") return
      came = true
      addForeign(trial, "theirs")
      trial.only("listener").version += 1
    }
    await trial.converge(listener({ a: "two", b: "new" }), { trouble: { before } })
    expect(entries(trial)).toEqual({ a: { target: "two" }, b: { target: "new" }, theirs: FOREIGN })
  })

  test("keep the listener from being deleted, which is reported, until they are gone", async () => {
    const trial = new Trial([Listener, Thing])
    await trial.converge(listener({ a: "one" }))
    addForeign(trial, "theirs")
    const result = await trial.run(null)
    expect(result).toMatchObject({
      outcome: "progressing",
      rows: [{ state: { why: { code: "holds_foreign_entries" } } }],
    })
    expect(result.dueAt).not.toBeNull()
    expect(trial.only("listener")).toBeDefined()
    trial.only("listener").props.entries = {}
    await trial.converge(null)
    expect(trial.objects("listener")).toEqual([])
  })
})

describe("a part whose key somebody else took", () => {
  const taken = async () => {
    const trial = new Trial([Listener, Thing])
    await trial.converge(listener({ a: "one" }))
    addForeign(trial, "b")
    await trial.run(listener({ a: "one", b: "two" }))
    return trial
  }

  test("is refused as name_taken and leaves the entry", async () => {
    const trial = await taken()
    expect(entries(trial)).toEqual({ a: { target: "one" }, b: FOREIGN })
    expect((await trial.row("_stack/listener")).parts.b).toMatchObject({ why: { code: "name_taken", on: "person" } })
    expect(trial.objects("thing")).toHaveLength(1)
  })

  test("leaves the entry when its props change", async () => {
    const trial = await taken()
    const result = await trial.run(listener({ a: "one", b: "three" }))
    expect(entries(trial)).toEqual({ a: { target: "one" }, b: FOREIGN })
    expect(result.outcome).toBe("failed")
  })

  test("leaves the entry when it is retried", async () => {
    const trial = await taken()
    const result = await trial.run(listener({ a: "one", b: "two" }), { retry: true })
    expect(entries(trial)).toEqual({ a: { target: "one" }, b: FOREIGN })
    expect(result.outcome).toBe("failed")
  })

  test("is taken in once the entry is gone and it is retried", async () => {
    const trial = await taken()
    trial.only("listener").props.entries = { a: { target: "one" } }
    const result = await trial.run(listener({ a: "one", b: "two" }), { retry: true })
    expect(result.outcome).toBe("settled")
    expect(entries(trial)).toEqual({ a: { target: "one" }, b: { target: "two" } })
  })

  test("no longer fails the deployment once it is withdrawn", async () => {
    const trial = await taken()
    const result = await trial.run(listener({ a: "one" }))
    expect(result.outcome).toBe("settled")
    expect(entries(trial)).toEqual({ a: { target: "one" }, b: FOREIGN })
  })

  test("leaves the listener that holds the entry when everything is destroyed", async () => {
    const trial = await taken()
    const result = await trial.run(null)
    expect(entries(trial)).toMatchObject({ b: FOREIGN })
    expect(result.rows).toMatchObject([{ node: "_stack/listener", state: { why: { code: "holds_foreign_entries" } } }])
  })
})

test("a part that another part follows in the blueprint never overlaps with what it needs: no rule names a missing backend", async () => {
  const laboratory = new Laboratory()
  const missing: string[] = []
  const look = () => {
    const there = new Set(laboratory.cloud.ofKind("backend").map(({ id }) => id))
    for (const { props } of laboratory.cloud.ofKind("listener")) {
      for (const rule of Object.values(props.rules as Record<string, { backend: string }>))
        if (!there.has(rule.backend)) missing.push(rule.backend)
    }
  }
  await laboratory.converge("first", look)
  await laboratory.converge("second", look)
  expect(missing).toEqual([])
})
