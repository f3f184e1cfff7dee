import { type TinyType, Trial, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import type { Input } from "../declare/refs.ts"
import { isSealed } from "../declare/sent.ts"
import { planText } from "../plan/plan-text.ts"

type Values = Record<string, Input<string>>

/** `entries` is a map of secrets; the cloud returns it, or it does not. */
const typeOf = (readable: boolean, traits: Partial<TinyType> = {}): { type: TinyType; changed: string[][] } => {
  const base = tiny("app", { secret: ["entries"], ...traits }, readable ? {} : { hidden: ["entries"] })
  const changed: string[][] = []
  const update: TinyType["update"] = async (args) => {
    changed.push([...args.changed])
    return base.update?.(args)
  }
  return { type: { ...base, update }, changed }
}

const Need = tiny("need", {}, { settlesIn: 600_000 })

const app =
  (type: TinyType, entries: Values, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/app", { entries, size })

/** Everything that is kept or shown of a deployment, as text. */
const shown = async (trial: Trial, build: ((graph: Graph) => void) | null): Promise<string> => {
  const plan = await trial.plan(build)
  return JSON.stringify([
    plan,
    planText(plan),
    await trial.store.rows(),
    await trial.store.choices(),
    trial.store.events,
  ])
}

describe.each([
  ["that the cloud returns", true],
  ["that the cloud keeps to itself", false],
])("secrets %s", (_, readable) => {
  test("are sent as they are, and sent again by nobody", async () => {
    const { type, changed } = typeOf(readable)
    const trial = new Trial([type])
    await trial.converge(app(type, { A: "hush-a", B: "hush-b" }))
    expect(trial.only("app").props.entries).toEqual({ A: "hush-a", B: "hush-b" })
    await trial.converge(app(type, { A: "hush-a", B: "hush-b" }))
    expect(changed).toEqual([])
  })

  test("are told apart member by member", async () => {
    const { type, changed } = typeOf(readable)
    const trial = new Trial([type])
    await trial.converge(app(type, { A: "hush-a", B: "hush-b", C: "hush-c" }))
    const next = { A: "hush-a", B: "hush-other", D: "hush-d" }
    const { actions } = await trial.plan(app(type, next))
    expect(actions[0]?.changes.map(({ field }) => field).sort()).toEqual(["entries.B", "entries.C", "entries.D"])
    await trial.converge(app(type, next))
    expect(changed.map((fields) => fields.sort())).toEqual([["entries.B", "entries.C", "entries.D"]])
    expect(trial.only("app").props.entries).toEqual(next)
  })

  test("are sealed each by itself in what is stored", async () => {
    const { type } = typeOf(readable)
    const trial = new Trial([type])
    await trial.converge(app(type, { A: "hush-same", B: "hush-same" }))
    const { props } = await trial.row("api/app")
    const { A, B } = (props?.entries ?? {}) as Record<string, unknown>
    expect([isSealed(A), isSealed(B)]).toEqual([true, true])
    expect(A).not.toEqual(B)
  })

  test("are never stored, told or planned, whatever changes", async () => {
    const { type } = typeOf(readable)
    const trial = new Trial([type, Need])
    const first = app(type, { A: "hush-a", B: "hush-b" })
    await trial.converge(first)
    const wishes: ((graph: Graph) => void)[] = [
      app(type, { A: "hush-new", C: "hush-c" }, 2),
      app(type, {}),
      (graph) => void graph.add(type, "api/app", { size: 1 }),
      (graph) => {
        const need = graph.add(Need, "api/need", {})
        graph.add(type, "api/app", { entries: { A: "hush-a", B: need.ref("address") }, size: 1 })
      },
      (graph) => {
        const need = graph.add(Need, "api/need", {})
        const entries = { A: "hush-a", B: { all: ["hush-list", need.ref("address")] } } as unknown as Values
        graph.add(type, "api/app", { entries, size: 1 })
      },
    ]
    for (const wish of wishes) {
      expect(await shown(trial, wish)).not.toContain("hush")
      expect(JSON.stringify(await trial.plan(wish))).not.toContain("$sealed")
      await trial.run(wish)
      expect(await shown(trial, wish)).not.toContain("hush")
    }
    expect(await shown(trial, null)).not.toContain("hush")
  })

  test("that only the run will know are planned as such, and others as secrets", async () => {
    const { type } = typeOf(readable)
    const trial = new Trial([type, Need])
    await trial.converge(app(type, { A: "hush-a", B: "hush-b" }))
    const { actions } = await trial.plan((graph) => {
      const need = graph.add(Need, "api/need", {})
      graph.add(type, "api/app", { entries: { A: "hush-c", B: need.ref("address") }, size: 1 })
    })
    const planned = actions.find(({ node }) => node === "api/app")?.changes
    expect(planned?.map(({ field, to }) => [field, to])).toEqual([
      ["entries.A", "(secret)"],
      ["entries.B", "(after api/need)"],
    ])
  })

  test("that cannot be changed in place replace the object, unseen", async () => {
    const { type } = typeOf(readable, { replaceOn: ["entries"] })
    const trial = new Trial([type])
    await trial.converge(app(type, { A: "hush-a" }))
    const next = app(type, { A: "hush-b" })
    expect((await trial.plan(next)).actions).toMatchObject([{ action: "replace" }])
    expect(await shown(trial, next)).not.toContain("hush")
    await trial.converge(next)
    expect(trial.only("app")).toMatchObject({ name: "tiny-api-app-2", props: { entries: { A: "hush-b" } } })
    expect(await shown(trial, next)).not.toContain("hush")
  })
})

describe("a secret that the cloud returns", () => {
  test("and that somebody changed is changed back, and neither value is told", async () => {
    const { type, changed } = typeOf(true)
    const trial = new Trial([type])
    const build = app(type, { A: "hush-a", B: "hush-b" })
    await trial.converge(build)
    trial.only("app").props.entries = { A: "hush-a", B: "hush-by-hand" }
    expect(await shown(trial, build)).not.toContain("hush")
    await trial.converge(build)
    expect(changed).toEqual([["entries.B"]])
    expect(trial.only("app").props.entries).toEqual({ A: "hush-a", B: "hush-b" })
    expect(await trial.row("api/app")).toMatchObject({ drift: { fields: [{ field: "entries.B" }] } })
    expect(await shown(trial, build)).not.toContain("hush")
  })

  test("and that the cloud does not keep as it was sent is told as a field that does not converge, without its value", async () => {
    const { type } = typeOf(true)
    const Stubborn: TinyType = { ...type, update: async () => undefined }
    const trial = new Trial([Stubborn])
    await trial.converge(app(Stubborn, { A: "hush-a" }))
    const next = app(Stubborn, { A: "hush-b" })
    let result = await trial.run(next)
    for (let count = 0; count < 10 && result.outcome !== "failed"; count += 1) {
      await trial.clock.advance(Math.max(0, (result.dueAt ?? 0) - trial.clock.now()))
      result = await trial.run(next)
    }
    expect(await trial.row("api/app")).toMatchObject({
      state: { why: { code: "not_converging", message: expect.stringContaining("entries.A") } },
    })
    expect(await shown(trial, next)).not.toContain("hush")
  })
})
