import { TinyDeployment, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { Graph } from "../declare/graph.ts"

const PRIORITIES = ["1", "2", "3", "4"]

const Rule = tiny("rule", { identity: { by: "key", of: ["key"] } }, { address: ({ key }) => String(key) })

/** A rule per host, whose priority is chosen once. */
const rules =
  (...hosts: string[]) =>
  (graph: Graph) => {
    for (const host of hosts) graph.add(Rule, `${host}/rule`, { key: graph.choose("priority", host, PRIORITIES) })
  }

const priorities = (deployment: TinyDeployment) =>
  Object.fromEntries(deployment.objects("rule").map(({ id, owner }) => [owner?.node.split("/")[0], id]))

describe("a choice", () => {
  test("stays what it was when others come before it", async () => {
    const deployment = new TinyDeployment([Rule])
    await deployment.converge(rules("b"))
    await deployment.converge(rules("a", "b"))
    expect(priorities(deployment)).toEqual({ a: "2", b: "1" })
  })

  test("is on record before the first call that it is part of", async () => {
    const deployment = new TinyDeployment([Rule])
    const stored: unknown[] = []
    await deployment.run(rules("b"), {
      trouble: {
        before: async ({ verb }) => {
          if (verb === "create") stored.push(await deployment.store.choices())
        },
      },
    })
    expect(stored).toEqual([{ "priority:b": "1" }])
  })

  test("is free again once what it was made for is gone", async () => {
    const deployment = new TinyDeployment([Rule])
    for (const host of ["a", "b", "c", "d", "e", "f"]) await deployment.converge(rules(host, "stays"))
    expect(priorities(deployment)).toEqual({ f: expect.anything(), stays: "2" })
    const choices = Object.keys(await deployment.store.choices()).filter((key) => !key.startsWith("#"))
    expect(choices.sort()).toEqual(["priority:f", "priority:stays"])
  })

  test("is not free while what it was made for is still there", async () => {
    const Slow = tiny(
      "rule",
      { identity: { by: "key", of: ["key"] } },
      { address: ({ key }) => String(key), deleteMs: 600_000 },
    )
    const slow =
      (...hosts: string[]) =>
      (graph: Graph) => {
        for (const host of hosts) graph.add(Slow, `${host}/rule`, { key: graph.choose("priority", host, PRIORITIES) })
      }
    const deployment = new TinyDeployment([Slow])
    await deployment.converge(slow("a", "b"))
    await deployment.run(slow("b"))
    await deployment.run(slow("b", "c"))
    expect((await deployment.row("c/rule")).props).toMatchObject({ key: "3" })
  })
})
