import { TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import type { Input } from "../declare/refs.ts"
import { isSealed } from "../declare/sent.ts"
import { planText } from "../plan/plan-text.ts"

type Values = Record<string, Input<string>>

/** `entries` is a map of secrets; the cloud returns it, or it does not. */
const typeOf = (readable: boolean, traits: Partial<TinyType> = {}): { type: TinyType; changed: string[][] } => {
  const base = tiny("app", { secret: ["entries"], ...traits }, readable ? {} : { hiddenProps: ["entries"] })
  const changed: string[][] = []
  const update: TinyType["update"] = async (args) => {
    changed.push([...args.changed])
    return base.update?.(args)
  }
  return { type: { ...base, update }, changed }
}

const Need = tiny("need", {}, { settleMs: 600_000 })

const app =
  (type: TinyType, entries: Values, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/app", { entries, size })

/** Everything that is kept or shown of a deployment, as text. */
const shown = async (deployment: TinyDeployment, build: ((graph: Graph) => void) | null): Promise<string> => {
  const plan = await deployment.plan(build)
  return JSON.stringify([
    plan,
    planText(plan),
    await deployment.store.rows(),
    await deployment.store.choices(),
    deployment.store.events,
  ])
}

describe.each([
  ["that the cloud returns", true],
  ["that the cloud keeps to itself", false],
])("secrets %s", (_, readable) => {
  test("are sent as they are, and sent again by nobody", async () => {
    const { type, changed } = typeOf(readable)
    const deployment = new TinyDeployment([type])
    await deployment.converge(app(type, { A: "hush-a", B: "hush-b" }))
    expect(deployment.onlyObject("app").props.entries).toEqual({ A: "hush-a", B: "hush-b" })
    await deployment.converge(app(type, { A: "hush-a", B: "hush-b" }))
    expect(changed).toEqual([])
  })

  test("are told apart member by member", async () => {
    const { type, changed } = typeOf(readable)
    const deployment = new TinyDeployment([type])
    await deployment.converge(app(type, { A: "hush-a", B: "hush-b", C: "hush-c" }))
    const next = { A: "hush-a", B: "hush-other", D: "hush-d" }
    const { actions } = await deployment.plan(app(type, next))
    expect(actions[0]?.changes.map(({ field }) => field).sort()).toEqual(["entries.B", "entries.C", "entries.D"])
    await deployment.converge(app(type, next))
    expect(changed.map((fields) => fields.sort())).toEqual([["entries.B", "entries.C", "entries.D"]])
    expect(deployment.onlyObject("app").props.entries).toEqual(next)
  })

  test("are sealed each by itself in what is stored", async () => {
    const { type } = typeOf(readable)
    const deployment = new TinyDeployment([type])
    await deployment.converge(app(type, { A: "hush-same", B: "hush-same" }))
    const { props } = await deployment.row("api/app")
    const { A, B } = (props?.entries ?? {}) as Record<string, unknown>
    expect([isSealed(A), isSealed(B)]).toEqual([true, true])
    expect(A).not.toEqual(B)
  })

  test("are never stored, told or planned, whatever changes", async () => {
    const { type } = typeOf(readable)
    const deployment = new TinyDeployment([type, Need])
    const first = app(type, { A: "hush-a", B: "hush-b" })
    await deployment.converge(first)
    const releases: ((graph: Graph) => void)[] = [
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
    for (const desired of releases) {
      expect(await shown(deployment, desired)).not.toContain("hush")
      expect(JSON.stringify(await deployment.plan(desired))).not.toContain("$sealed")
      await deployment.run(desired)
      expect(await shown(deployment, desired)).not.toContain("hush")
    }
    expect(await shown(deployment, null)).not.toContain("hush")
  })

  test("that only the run will know are planned as such, and others as secrets", async () => {
    const { type } = typeOf(readable)
    const deployment = new TinyDeployment([type, Need])
    await deployment.converge(app(type, { A: "hush-a", B: "hush-b" }))
    const { actions } = await deployment.plan((graph) => {
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
    const deployment = new TinyDeployment([type])
    await deployment.converge(app(type, { A: "hush-a" }))
    const next = app(type, { A: "hush-b" })
    expect((await deployment.plan(next)).actions).toMatchObject([{ action: "replace" }])
    expect(await shown(deployment, next)).not.toContain("hush")
    await deployment.converge(next)
    expect(deployment.onlyObject("app")).toMatchObject({ name: "tiny-api-app-2", props: { entries: { A: "hush-b" } } })
    expect(await shown(deployment, next)).not.toContain("hush")
  })
})

describe("a secret that the cloud returns", () => {
  test("and that somebody changed is changed back, and neither value is told", async () => {
    const { type, changed } = typeOf(true)
    const deployment = new TinyDeployment([type])
    const build = app(type, { A: "hush-a", B: "hush-b" })
    await deployment.converge(build)
    deployment.onlyObject("app").props.entries = { A: "hush-a", B: "hush-by-hand" }
    expect(await shown(deployment, build)).not.toContain("hush")
    await deployment.converge(build)
    expect(changed).toEqual([["entries.B"]])
    expect(deployment.onlyObject("app").props.entries).toEqual({ A: "hush-a", B: "hush-b" })
    expect(await deployment.row("api/app")).toMatchObject({ drift: { fields: [{ field: "entries.B" }] } })
    expect(await shown(deployment, build)).not.toContain("hush")
  })

  test("and that the cloud does not keep as it was sent is told as a field that does not converge, without its value", async () => {
    const { type } = typeOf(true)
    const Stubborn: TinyType = { ...type, update: async () => undefined }
    const deployment = new TinyDeployment([Stubborn])
    await deployment.converge(app(Stubborn, { A: "hush-a" }))
    const next = app(Stubborn, { A: "hush-b" })
    let result = await deployment.run(next)
    for (let count = 0; count < 10 && result.outcome !== "failed"; count += 1) {
      await deployment.clock.advance(Math.max(0, (result.dueAt ?? 0) - deployment.clock.now()))
      result = await deployment.run(next)
    }
    expect(await deployment.row("api/app")).toMatchObject({
      state: { why: { code: "not_converging", message: expect.stringContaining("entries.A") } },
    })
    expect(await shown(deployment, next)).not.toContain("hush")
  })
})
