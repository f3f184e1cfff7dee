import { TinyDeployment, type TinyType, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const Parent = tiny("parent")
const Child = tiny(
  "child",
  { identity: { by: "parent", of: "to", key: ["key"] } },
  { neverMarked: true, address: ({ to, key }) => `${to}/${key}` },
)

const family = (graph: Graph) => {
  const parent = graph.add(Parent, "api/parent", { size: 1 })
  for (const key of ["a", "b"]) graph.add(Child, `api/child/${key}`, { to: parent.ref("id"), key })
}

/** Reads by kind until what is desired is there. */
async function reads(
  deployment: TinyDeployment,
  build: ((graph: Graph) => void) | null,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const before = ({ verb, kind }: { verb: string; kind: string }) => {
    if (verb === "read") counts[kind] = (counts[kind] ?? 0) + 1
  }
  await deployment.converge(build, { trouble: { before } })
  return counts
}

describe("reads", () => {
  test("of what is made: once before, once after; a child of a parent that was just made is not looked for", async () => {
    const deployment = new TinyDeployment([Parent, Child])
    expect(await reads(deployment, family)).toEqual({ parent: 2, child: 2 })
  })

  test("of a child whose parent was there before: once before and once after", async () => {
    const deployment = new TinyDeployment([Parent, Child])
    await deployment.converge((graph) => void graph.add(Parent, "api/parent", { size: 1 }))
    expect(await reads(deployment, family)).toEqual({ parent: 1, child: 4 })
  })

  test("of what is deleted: once before and once after, and no more of what waits for its turn", async () => {
    const deployment = new TinyDeployment([Parent, Child])
    await deployment.converge(family)
    const counts = await reads(deployment, null)
    expect(counts.child).toBe(4)
    expect(counts.parent).toBeLessThanOrEqual(3)
  })

  test("of what is as wanted: once", async () => {
    const deployment = new TinyDeployment([Parent, Child])
    await deployment.converge(family)
    expect(await reads(deployment, family)).toEqual({ parent: 1, child: 2 })
  })

  test("after a delete of what only its mark tells: once by address and once by mark", async () => {
    const Assigned: TinyType = tiny("parent", { identity: { by: "assigned" } }, { address: "assigned" })
    const deployment = new TinyDeployment([Assigned])
    await deployment.converge((graph) => void graph.add(Assigned, "api/parent", {}))
    expect(await reads(deployment, null)).toEqual({ parent: 3 })
  })
})
