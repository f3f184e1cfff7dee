import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PriorityQueue } from "./priority-queue.ts"

const drain = <K>(queue: PriorityQueue<K>): K[] => {
  const taken: K[] = []
  for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(next)
  return taken
}

describe("a priority queue", () => {
  test("gives the lowest rank first, whatever the order of arrival", () => {
    const queue = new PriorityQueue<string>()
    for (const [key, rank] of [
      ["c", 3],
      ["a", 1],
      ["d", 4],
      ["b", 2],
    ] as const)
      queue.set(key, rank)
    expect(queue.size).toBe(4)
    expect(queue.peek()).toEqual({ key: "a", rank: 1 })
    expect(queue.size).toBe(4)
    expect(drain(queue)).toEqual(["a", "b", "c", "d"])
    expect(queue.size).toBe(0)
    expect(queue.peek()).toBeUndefined()
  })

  test("knows a key by the rank that it was given last", () => {
    const queue = new PriorityQueue<string>()
    queue.set("a", 1)
    queue.set("b", 2)
    queue.set("a", 3)
    expect(queue.size).toBe(2)
    expect(drain(queue)).toEqual(["b", "a"])
    queue.set("a", 5)
    queue.set("b", 2)
    queue.set("a", 1)
    expect(drain(queue)).toEqual(["a", "b"])
  })

  test("gives no key that was taken out, and each one once", () => {
    const queue = new PriorityQueue<string>()
    queue.set("a", 1)
    queue.set("b", 2)
    queue.delete("a")
    queue.delete("unknown")
    expect(queue.peek()).toEqual({ key: "b", rank: 2 })
    queue.set("a", 1)
    queue.set("a", 1)
    expect(drain(queue)).toEqual(["a", "b"])
  })

  test("is what a sorted list would be, after any history", () => {
    const key = fc.constantFrom("a", "b", "c", "d", "e", "f")
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ set: key, rank: fc.integer({ min: -5, max: 5 }) }) },
      { weight: 1, arbitrary: fc.record({ drop: key }) },
      { weight: 1, arbitrary: fc.constant("take" as const) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new PriorityQueue<string>()
        const model = new Map<string, number>()
        for (const one of steps) {
          if (one === "take") {
            const least = Math.min(...model.values())
            expect(queue.peek()?.rank).toBe(model.size > 0 ? least : undefined)
            const taken = queue.take()
            expect(taken === undefined ? undefined : model.get(taken)).toBe(model.size > 0 ? least : undefined)
            if (taken !== undefined) model.delete(taken)
          } else if ("set" in one) {
            queue.set(one.set, one.rank)
            model.set(one.set, one.rank)
          } else {
            queue.delete(one.drop)
            model.delete(one.drop)
          }
          expect(queue.size).toBe(model.size)
        }
        const ranks = drain(queue).map((taken) => model.get(taken))
        expect(ranks).toEqual([...model.values()].sort((left, right) => left - right))
      }),
      { numRuns: 500 },
    )
  })
})
