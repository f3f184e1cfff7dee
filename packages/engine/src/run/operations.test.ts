import { refusal, TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"
import type { Polled } from "../declare/node-type.ts"

const one =
  (type: TinyType, size = 1) =>
  (graph: Graph) =>
    void graph.add(type, "api/thing", { size })

const SLOW = 3_000
const internal = refusal("provider_error", "something went wrong", { retryable: true })

/** Updates and creates are operations; `ends` says how the n-th one ends, counted from 1. */
const operatedType = (ends: (nth: number) => Polled): TinyType => {
  const base = tiny("thing", {}, { createMs: SLOW })
  let ended = 0
  return {
    ...base,
    update: async (args) => {
      await base.update?.(args)
      return { operation: args.cloud.startOperation(SLOW, {}) }
    },
    poll: async (args) => {
      const polled = await base.poll?.(args)
      return polled === "running" ? polled : ends(++ended)
    },
  }
}

describe("an operation that fails with an unknown outcome", () => {
  test("and did what it was to do is not started again: the reading decides", async () => {
    const type = operatedType((nth) => (nth === 2 ? { failed: internal, outcome: "unknown" } : "done"))
    const deployment = new TinyDeployment([type])
    await deployment.converge(one(type))
    const { mutations } = deployment.cloud
    const { outcome } = await deployment.converge(one(type, 2))
    expect(outcome).toBe("settled")
    expect(deployment.onlyObject("thing").props.size).toBe(2)
    expect(deployment.cloud.mutations - mutations).toBe(1)
    expect(deployment.store.events).toContainEqual(
      expect.objectContaining({ event: "unknown", code: "provider_error" }),
    )
  })

  test("and did nothing is started again", async () => {
    const base = operatedType((nth) => (nth === 2 ? { failed: internal, outcome: "unknown" } : "done"))
    let updates = 0
    const type: TinyType = {
      ...base,
      update: async (args) => {
        updates += 1
        return updates === 1 ? { operation: args.cloud.startOperation(SLOW, {}) } : base.update?.(args)
      },
    }
    const deployment = new TinyDeployment([type])
    await deployment.converge(one(type))
    await deployment.converge(one(type, 2))
    expect(updates).toBe(2)
    expect(deployment.onlyObject("thing").props.size).toBe(2)
  })

  test("and whose work cannot be read back is started again, as a call of its own", async () => {
    const base = tiny("thing", {}, { hiddenProps: ["secret"] })
    const tokens: string[] = []
    const type: TinyType = {
      ...base,
      update: async (args) => {
        tokens.push(args.token)
        return tokens.length === 1 ? { operation: args.cloud.startOperation(SLOW, {}) } : base.update?.(args)
      },
      poll: async (args) =>
        (await base.poll?.(args)) === "running" ? "running" : { failed: internal, outcome: "unknown" },
    }
    const build = (secret: string) => (graph: Graph) => void graph.add(type, "api/thing", { secret })
    const deployment = new TinyDeployment([type])
    await deployment.converge(build("one"))
    await deployment.converge(build("two"))
    expect(deployment.onlyObject("thing").props.secret).toBe("two")
    expect(new Set(tokens).size).toBe(2)
  })

  test("of a create is found by its mark where it made the object, which is not made twice", async () => {
    const Assigned = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned", createMs: SLOW })
    let ended = 0
    const type: TinyType = {
      ...Assigned,
      poll: async (args) => {
        const polled = await Assigned.poll?.(args)
        return polled === "done" && ++ended === 1 ? { failed: internal, outcome: "unknown" } : (polled ?? "done")
      },
    }
    const deployment = new TinyDeployment([type])
    await deployment.converge(one(type))
    expect(deployment.objects("thing")).toHaveLength(1)
    expect(deployment.cloud.mutations).toBe(1)
  })

  test("of a create that made nothing is made again", async () => {
    const base = tiny("thing", {}, { createMs: SLOW })
    let creates = 0
    const type: TinyType = {
      ...base,
      create: async (args) => {
        creates += 1
        return creates === 1 ? { operation: args.cloud.startOperation(SLOW, {}) } : base.create(args)
      },
      poll: async (args) => {
        const polled = await base.poll?.(args)
        return polled === "done" && creates === 1 ? { failed: internal, outcome: "unknown" } : (polled ?? "done")
      },
    }
    const deployment = new TinyDeployment([type])
    await deployment.converge(one(type))
    expect(creates).toBe(2)
    expect(deployment.objects("thing")).toHaveLength(1)
  })
})

describe("an operation that was refused", () => {
  test("is started again where that helps, with what was sent before it on record meanwhile", async () => {
    const base = operatedType((nth) => (nth === 2 ? { failed: internal, outcome: "refused" } : "done"))
    const updates: unknown[] = []
    const type: TinyType = {
      ...base,
      update: async (args) => {
        updates.push((await deployment.row("api/thing")).props?.size)
        return updates.length === 1 ? { operation: args.cloud.startOperation(SLOW, {}) } : base.update?.(args)
      },
    }
    const deployment: TinyDeployment = new TinyDeployment([type])
    await deployment.converge(one(type))
    await deployment.converge(one(type, 2))
    expect(updates).toEqual([2, 2])
    expect(deployment.store.events).toContainEqual(
      expect.objectContaining({ event: "refused", code: "provider_error" }),
    )
  })
})

test("a failure that is no error of ours is told like one", async () => {
  const type = operatedType((nth) =>
    nth === 1 ? { failed: { code: 13, message: "INTERNAL" }, outcome: "unknown" } : "done",
  )
  const deployment = new TinyDeployment([type])
  expect((await deployment.converge(one(type))).outcome).toBe("settled")
  expect(deployment.store.events).toContainEqual(
    expect.objectContaining({ event: "unknown", code: "provider_error", message: expect.stringMatching(/\w/) }),
  )
})
