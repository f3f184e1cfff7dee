import { Trial, tiny } from "@alienplatform/simulator-memory"
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

const priorities = (trial: Trial) =>
  Object.fromEntries(trial.objects("rule").map(({ id, owner }) => [owner?.node.split("/")[0], id]))

describe("a choice", () => {
  test("stays what it was when others come before it", async () => {
    const trial = new Trial([Rule])
    await trial.converge(rules("b"))
    await trial.converge(rules("a", "b"))
    expect(priorities(trial)).toEqual({ a: "2", b: "1" })
  })

  test("is on record before the first call that it is part of", async () => {
    const trial = new Trial([Rule])
    const stored: unknown[] = []
    await trial.run(rules("b"), {
      trouble: {
        before: async ({ verb }) => {
          if (verb === "create") stored.push(await trial.store.choices())
        },
      },
    })
    expect(stored).toEqual([{ "priority:b": "1" }])
  })

  test("is free again once what it was made for is gone", async () => {
    const trial = new Trial([Rule])
    for (const host of ["a", "b", "c", "d", "e", "f"]) await trial.converge(rules(host, "stays"))
    expect(priorities(trial)).toEqual({ f: expect.anything(), stays: "2" })
    const choices = Object.keys(await trial.store.choices()).filter((key) => !key.startsWith("#"))
    expect(choices.sort()).toEqual(["priority:f", "priority:stays"])
  })

  test("is not free while what it was made for is still there", async () => {
    const Slow = tiny(
      "rule",
      { identity: { by: "key", of: ["key"] } },
      { address: ({ key }) => String(key), deletesIn: 600_000 },
    )
    const slow =
      (...hosts: string[]) =>
      (graph: Graph) => {
        for (const host of hosts) graph.add(Slow, `${host}/rule`, { key: graph.choose("priority", host, PRIORITIES) })
      }
    const trial = new Trial([Slow])
    await trial.converge(slow("a", "b"))
    await trial.run(slow("b"))
    await trial.run(slow("b", "c"))
    expect((await trial.row("c/rule")).props).toMatchObject({ key: "3" })
  })
})
