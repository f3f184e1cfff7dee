import { tiny, tinyRow } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import { addDependency, dependenciesOf, mergeDependencies } from "./dependencies.ts"
import type { Dependencies } from "./row.ts"

test("of two holds on one object the stronger one counts, whichever came first", () => {
  const holds = ["name", "use", "identity"] as const
  for (const [weak, first] of holds.entries())
    for (const [strong, second] of holds.entries()) {
      const into: Dependencies = {}
      addDependency(into, "obj", first)
      addDependency(into, "obj", second)
      expect(into).toEqual({ obj: holds[Math.max(weak, strong)] })
    }
})

test("a union is sorted, and changes none of what it is made of", () => {
  const [one, other]: Dependencies[] = [{ obj_b: "name" }, { obj_a: "use", obj_b: "identity" }]
  const union = mergeDependencies(one ?? {}, other ?? {})
  expect(Object.entries(union)).toEqual([
    ["obj_a", "use"],
    ["obj_b", "identity"],
  ])
  expect(one).toEqual({ obj_b: "name" })
})

test("an object needs what its parts need", () => {
  const row = tinyRow(tiny("shared", { parts: "entries" }), {
    dependencies: { obj_a: "use" },
    parts: {
      x: { props: "1", dependencies: { obj_b: "use" } },
      y: { props: null, dependencies: { obj_a: "identity" } },
    },
  })
  expect(dependenciesOf(row)).toEqual({ obj_a: "identity", obj_b: "use" })
})
