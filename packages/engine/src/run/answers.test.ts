import {
  type CloudCall,
  type Interference,
  type TinyAttributes,
  TinyDeployment,
  type TinyProps,
  type TinyType,
  tiny,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import type { Reading } from "../declare/reading.ts"

const one =
  (type: TinyType, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { key: "k", size })

/** The first call of a verb takes effect, and its answer is lost. */
const lost = (wanted: string): Interference => {
  let done = false
  return {
    after: ({ verb }) => {
      if (done || verb !== wanted) return
      done = true
      throw new Error("connection reset")
    },
  }
}

/** What the cloud was asked while `act` ran, one verb after the other. */
const calls = async (deployment: TinyDeployment, build: ((graph: Graph) => void) | null): Promise<string[]> => {
  const seen: string[] = []
  await deployment.run(build, { trouble: { after: ({ verb }) => void seen.push(verb) } })
  return seen
}

describe("an answer that is lost", () => {
  const types: [string, TinyType][] = [
    ["by name", tiny("thing")],
    ["by mark", tiny("thing", { identity: { by: "assigned" } }, { address: "assigned" })],
    ["by key", tiny("thing", { identity: { by: "key", of: ["key"] } }, { address: ({ key }) => String(key) })],
  ]

  test.each(types)("of a create is made up for by the first reading that finds the object %s", async (_, type) => {
    const deployment = new TinyDeployment([type])
    const start = deployment.clock.now()
    const { outcome } = await deployment.run(one(type), { trouble: lost("create") })
    expect(outcome).toBe("settled")
    expect(deployment.clock.now() - start).toBeLessThan(5_000)
    expect(deployment.cloud.mutations).toBe(1)
  })

  test("of a create that made nothing holds a keyed object up for its timeout, not for as long as it may be unseen", async () => {
    const Keyed = tiny(
      "thing",
      { identity: { by: "key", of: ["key"] }, callTimeoutMs: 25_000, visibleWithin: 600_000 },
      { address: ({ key }) => String(key) },
    )
    const deployment = new TinyDeployment([Keyed])
    const start = deployment.clock.now()
    let refused = false
    await deployment.converge(one(Keyed), {
      trouble: {
        before: ({ verb }) => {
          if (verb !== "create" || refused) return
          refused = true
          throw new Error("connection reset")
        },
      },
    })
    expect(deployment.clock.now() - start).toBeGreaterThanOrEqual(25_000)
    expect(deployment.clock.now() - start).toBeLessThan(60_000)
  })
})

describe("a verb that answers what a read would", () => {
  const reading = (
    type: TinyType,
    deployment: TinyDeployment,
  ): Promise<Reading<TinyProps, TinyAttributes> | undefined> => {
    const { id, name, props, owner } = deployment.onlyObject("thing")
    if (!owner) throw new Error("it has no mark")
    const quiet = deployment.cloud.connect({})
    return type.read({ cloud: quiet, id, name, props: props as TinyProps, owner })
  }

  const Plain = tiny("thing")
  const answering = (trialOf: () => TinyDeployment): TinyType => ({
    ...Plain,
    create: async (args) => ({ ...(await Plain.create(args)), reading: await reading(Plain, trialOf()) }),
    update: async (args) => ({ ...(await Plain.update?.(args)), reading: await reading(Plain, trialOf()) }),
    delete: async (args) => ({ ...(await Plain.delete(args)), reading: null }),
  })

  test("saves the read", async () => {
    const Telling = answering(() => deployment)
    const deployment: TinyDeployment = new TinyDeployment([Telling])
    expect(await calls(deployment, one(Telling, 1))).toEqual(["read", "create"])
    expect(await calls(deployment, one(Telling, 2))).toEqual(["read", "update"])
    expect(await calls(deployment, null)).toEqual(["read", "delete"])
    expect(await deployment.store.rows()).toEqual([])
  })

  test("and one that says nothing is followed by a read", async () => {
    const deployment = new TinyDeployment([Plain])
    expect(await calls(deployment, one(Plain, 1))).toEqual(["read", "create", "read"])
    expect(await calls(deployment, one(Plain, 2))).toEqual(["read", "update", "read"])
    expect(await calls(deployment, null)).toEqual(["read", "delete", "read"])
  })

  test("is believed like a read: what is not as wanted is sent again", async () => {
    const Halving: TinyType = {
      ...Plain,
      create: async (args) => {
        await Plain.create({ ...args, props: { ...args.props, size: 0 } })
        return { reading: await reading(Plain, deployment) }
      },
    }
    const deployment: TinyDeployment = new TinyDeployment([Halving])
    await deployment.converge(one(Halving, 4))
    expect(deployment.onlyObject("thing").props.size).toBe(4)
  })
})

describe("an update", () => {
  const watched = (type: TinyType) => {
    const changed: string[][] = []
    const update: TinyType["update"] = async (args) => {
      changed.push([...args.changed].sort())
      return type.update?.(args)
    }
    return { changed, type: { ...type, update } }
  }

  test("is told which props differ, those that travel along included", async () => {
    const { type, changed } = watched(tiny("thing", { lazy: ["color"] }))
    const build = (props: TinyProps) => (graph: Graph) => void graph.add(type, "api/thing", props)
    const deployment = new TinyDeployment([type])
    await deployment.converge(build({ size: 1, color: "red", key: "k" }))
    await deployment.converge(build({ size: 2, color: "blue", key: "k" }))
    expect(changed).toEqual([["color", "size"]])
  })

  test("is told which entries differ", async () => {
    const { type, changed } = watched(tiny("thing", { parts: "entries" }))
    const build = (entries: Record<string, string>) => (graph: Graph) => {
      const thing = graph.add(type, "api/thing", {})
      for (const [key, to] of Object.entries(entries)) graph.part(thing, key, { to })
    }
    const deployment = new TinyDeployment([type])
    await deployment.converge(build({ a: "1", b: "1", c: "1" }))
    await deployment.converge(build({ a: "1", b: "2", d: "1" }))
    expect(changed).toEqual([["entries.b", "entries.c", "entries.d"]])
  })

  test("is told when the mark is missing", async () => {
    const { type, changed } = watched(tiny("thing"))
    const deployment = new TinyDeployment([type])
    await deployment.converge(one(type))
    deployment.onlyObject("thing").owner = undefined
    await deployment.converge(one(type))
    expect(changed).toEqual([["owner"]])
  })
})

describe("an update that does not stick", () => {
  /** The cloud rounds to a value of its own, and another one each time. */
  const Rounding = (): TinyType => {
    const base = tiny("thing")
    let count = 0
    return {
      ...base,
      update: (args) =>
        base.update?.({ ...args, props: { ...args.props, size: 1_000 + ++count } }) ?? Promise.resolve(),
    }
  }

  test("is not converging by what was wanted, whatever is read back", async () => {
    const type = Rounding()
    const deployment = new TinyDeployment([type])
    await deployment.converge(one(type))
    let updates = 0
    const before = ({ verb }: CloudCall) => {
      if (verb === "update") updates += 1
    }
    for (let count = 0; count < 20; count += 1) {
      const { dueAt } = await deployment.run(one(type, 2), { trouble: { before } })
      await deployment.clock.advance(Math.max(0, (dueAt ?? 0) - deployment.clock.now()))
    }
    expect(updates).toBe(3)
    expect(await deployment.row("api/thing")).toMatchObject({
      state: { status: "parked", why: { code: "not_converging", message: expect.stringContaining("size") } },
    })
  })

  test("goes on where each update gets further: several calls, one after the other", async () => {
    const base = tiny("thing")
    const order = ["key", "size", "color", "to", "secret"] as const
    /** One call changes one prop, the first that differs. */
    const Stepwise: TinyType = {
      ...base,
      async update(args) {
        const props = { ...deployment.onlyObject("thing").props }
        const next = order.find((name) => props[name] !== args.props[name])
        return base.update?.({ ...args, props: next ? { ...props, [next]: args.props[next] } : args.props })
      },
    }
    const build = (text: string, size: number) => (graph: Graph) =>
      void graph.add(Stepwise, "api/thing", { key: text, size, color: text, to: text, secret: text })
    const deployment: TinyDeployment = new TinyDeployment([Stepwise])
    await deployment.converge(build("one", 1))
    const { mutations } = deployment.cloud
    await deployment.converge(build("two", 2))
    expect(deployment.cloud.mutations - mutations).toBe(5)
    expect(deployment.onlyObject("thing").props).toEqual({
      key: "two",
      size: 2,
      color: "two",
      to: "two",
      secret: "two",
    })
  })
})
