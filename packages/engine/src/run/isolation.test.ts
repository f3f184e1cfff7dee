import { TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const MINUTE = 60_000

const Thing = tiny("thing", { callTimeoutMs: 25_000 })
const Sane = tiny("sane")

type Misbehaviour = [string, () => never | Promise<never>]

const misbehaviours: Misbehaviour[] = [
  [
    "throws before it returns",
    () => {
      throw new Error("out of order")
    },
  ],
  ["rejects with nothing", () => Promise.reject(undefined)],
  ["rejects with null", () => Promise.reject(null)],
  ["rejects with a text", () => Promise.reject("out of order")],
  ["rejects with an error of its own", () => Promise.reject(new TypeError("undefined has no arn"))],
  ["never answers", () => new Promise<never>(() => {})],
]

const verbs = ["read", "create", "update", "delete", "poll"] as const

/** A type one of whose members misbehaves while `bad` says so. */
const spoilt = (verb: (typeof verbs)[number], behave: () => never | Promise<never>) => {
  const control = { bad: true }
  const base = verb === "poll" ? tiny("thing", { callTimeoutMs: 25_000 }, { createMs: 1_000 }) : Thing
  const Spoilt: TinyType = { ...base }
  const original = base[verb] as (args: never) => Promise<never>
  Object.assign(Spoilt, { [verb]: (args: never) => (control.bad ? behave() : original(args)) })
  return { Spoilt, control }
}

const build =
  (type: TinyType, size = 1) =>
  (graph: Graph) => {
    graph.add(type, "a/thing", { size })
    const sane = graph.add(Sane, "b/sane", { size })
    graph.add(Sane, "c/sane", { to: sane.ref("id"), size })
  }

describe.each(verbs)("a %s that", (verb) => {
  test.each(misbehaviours)("%s fails its own node alone, says why, and heals", async (_, behave) => {
    const { Spoilt, control } = spoilt(verb, behave)
    const deployment = new TinyDeployment([Spoilt, Sane])
    control.bad = verb !== "update" && verb !== "delete"
    if (!control.bad) await deployment.converge(build(Spoilt))
    control.bad = true
    const desired = verb === "delete" ? (graph: Graph) => void graph.add(Sane, "d/sane", {}) : build(Spoilt, 2)
    const result = await deployment.run(desired)
    expect(deployment.objects("sane").map(({ props }) => props.size)).toEqual(verb === "delete" ? [undefined] : [2, 2])
    const row = result.rows.find(({ node }) => node === "a/thing")
    expect(row?.state.why?.message).toMatch(/\w+ \w+/)
    expect(result.dueAt).not.toBeNull()
    control.bad = false
    await deployment.converge(desired)
    expect(deployment.objects("thing").map(({ props }) => props.size)).toEqual(verb === "delete" ? [] : [2])
  })
})

describe("a trait that throws", () => {
  const fails = () => {
    throw new Error("out of order")
  }
  const traits: [string, Partial<TinyType>][] = [
    ["serialize", { serialize: fails }],
    ["limits", { limits: fails }],
  ]

  test.each(traits)("%s fails its own node alone", async (_, trait) => {
    const Spoilt = tiny("thing", trait)
    const deployment = new TinyDeployment([Spoilt, Sane])
    const { rows } = await deployment.run(build(Spoilt))
    expect(deployment.objects("sane")).toHaveLength(2)
    expect(rows.find(({ node }) => node === "a/thing")?.state.why?.message).toBe("out of order")
  })
})

test("a call that hangs holds independent nodes up for no time", async () => {
  const Hanging: TinyType = { ...Thing, read: () => new Promise<never>(() => {}) }
  const deployment = new TinyDeployment([Hanging, Sane])
  const start = deployment.clock.now()
  let created = Number.POSITIVE_INFINITY
  await deployment.run(
    (graph) => {
      for (let count = 0; count < 80; count += 1) graph.add(Hanging, `h${count}/thing`, {})
      graph.add(Sane, "z/sane", {})
    },
    {
      trouble: {
        before: ({ verb }) => {
          if (verb === "create") created = deployment.clock.now() - start
        },
      },
    },
  )
  expect(created).toBeLessThan(10_000)
})

describe("a plan", () => {
  test.each(misbehaviours)("whose read of one object %s plans the others", async (_, behave) => {
    const { Spoilt, control } = spoilt("read", behave)
    const deployment = new TinyDeployment([Spoilt, Sane])
    control.bad = false
    await deployment.converge(build(Spoilt))
    control.bad = true
    const start = deployment.clock.now()
    const { actions } = await deployment.plan(build(Spoilt, 2))
    expect(deployment.clock.now() - start).toBeLessThan(MINUTE)
    expect(actions).toMatchObject([
      { node: "a/thing", action: "keep", reasons: [expect.stringMatching(/^[a-z_]+: it cannot be read: /)] },
      { node: "b/sane", action: "update" },
      { node: "c/sane", action: "update" },
    ])
  })

  test("reads many objects side by side, but not all at once", async () => {
    const deployment = new TinyDeployment([Sane])
    const many = (graph: Graph) => {
      for (let count = 0; count < 100; count += 1) graph.add(Sane, `n${count}/sane`, {})
    }
    await deployment.converge(many)
    let now = 0
    let most = 0
    const Counted: TinyType = {
      ...Sane,
      async read(args) {
        now += 1
        most = Math.max(most, now)
        const found = await Sane.read(args)
        now -= 1
        return found
      },
    }
    await deployment.plan((graph) => {
      for (let count = 0; count < 100; count += 1) graph.add(Counted, `n${count}/sane`, {})
    })
    expect(most).toBeGreaterThan(8)
    expect(most).toBeLessThanOrEqual(32)
  })
})
