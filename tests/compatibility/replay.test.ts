import { describe, expect, test } from "vitest"
import { startContractManager } from "../contract/manager.ts"
import { REFUSALS, refusalOf } from "./outcomes.ts"
import { recordings } from "./recording.ts"
import { replay } from "./replay.ts"

describe.each(recordings())("$client $version", (recording) => {
  test("is answered with what it reads, or refused by name as the table says", async () => {
    await using manager = await startContractManager()
    for (const { operation, asks, refused, mistakes } of await replay(recording, manager)) {
      const what = `${operation} ${asks ?? ""}`
      expect(mistakes, what).toEqual([])
      const said = refusalOf(operation, asks)
      expect(refused?.code, what).toBe(said?.code)
      if (said?.path !== undefined) expect(refused?.paths, what).toEqual([said.path])
    }
  })
})

describe.each(recordings().filter(({ others }) => others.length > 0))("$client $version", ({ others }) => {
  test("is told of its other operations that there is no such thing", async () => {
    await using manager = await startContractManager()
    for (const other of others) {
      const [method = "", path = ""] = other.split(" ")
      const { status, body } = await manager.ask(method, path.replaceAll(/\{\w+\}/g, "x"))
      expect([status, body.code], other).toEqual([404, "not_found"])
    }
  })
})

test("every refusal that the table has is one of a recorded call", () => {
  const recorded = recordings().flatMap(({ operations }) =>
    operations.flatMap(({ operation, calls }) => calls.map(({ asks }) => `${operation} ${asks}`)),
  )
  expect(
    REFUSALS.map(({ operation, asks }) => `${operation} ${asks}`).filter((one) => !recorded.includes(one)),
  ).toEqual([])
})
