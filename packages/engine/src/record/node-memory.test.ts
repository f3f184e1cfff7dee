import { describe, expect, test } from "vitest"
import { isReservedChoice, NodeMemory } from "./node-memory.ts"

describe("the number of a node's last object", () => {
  test("is never given again, also when a lower one goes later", () => {
    const memory = new NodeMemory({})
    memory.recordRemoved("api/thing", 2)
    memory.recordRemoved("api/thing", 1)
    expect(memory.incarnations).toEqual(new Map([["api/thing", 2]]))
    expect(memory.takeChanges()).toEqual({ choices: { "#incarnation:api/thing": "2" }, dropChoices: [] })
  })

  test("is remembered from one run to the next", () => {
    const memory = new NodeMemory({ "#incarnation:api/thing": "7", "priority:x": "10" })
    expect(memory.incarnations).toEqual(new Map([["api/thing", 7]]))
    memory.recordRemoved("api/thing", 7)
    expect(memory.takeChanges()).toEqual({ choices: {}, dropChoices: [] })
  })
})

describe("how often a node's objects came out broken", () => {
  test("counts one after the other, for what is wanted", () => {
    const memory = new NodeMemory({})
    expect(memory.brokenCount("api/thing", "print")).toBe(0)
    memory.cameOutBroken("api/thing", "print")
    memory.cameOutBroken("api/thing", "print")
    expect(memory.brokenCount("api/thing", "print")).toBe(2)
    expect(memory.brokenCount("api/thing", "other")).toBe(0)
    expect(memory.brokenCount("api/other", "print")).toBe(0)
    const again = new NodeMemory(memory.takeChanges().choices)
    expect(again.brokenCount("api/thing", "print")).toBe(2)
  })

  test("begins anew where something else is wanted", () => {
    const memory = new NodeMemory({})
    memory.cameOutBroken("api/thing", "print")
    memory.cameOutBroken("api/thing", "other")
    expect(memory.brokenCount("api/thing", "other")).toBe(1)
    expect(memory.brokenCount("api/thing", "print")).toBe(0)
  })

  test("is forgotten when one comes out well, and so is what is stored of it", () => {
    const memory = new NodeMemory({})
    memory.cameOutBroken("api/thing", "print")
    const { choices } = memory.takeChanges()
    const [key = ""] = Object.keys(choices)
    const next = new NodeMemory(choices)
    next.forgetBroken("api/thing")
    next.forgetBroken("api/other")
    expect(next.brokenCount("api/thing", "print")).toBe(0)
    expect(next.takeChanges()).toEqual({ choices: {}, dropChoices: [key] })
  })

  test("is written once, as it is in the end", () => {
    const memory = new NodeMemory({})
    memory.cameOutBroken("api/thing", "print")
    memory.forgetBroken("api/thing")
    expect(memory.takeChanges()).toEqual({ choices: {}, dropChoices: ["#broken:api/thing"] })
    memory.cameOutBroken("api/thing", "print")
    memory.forgetBroken("api/thing")
    memory.cameOutBroken("api/thing", "print")
    const { choices, dropChoices } = memory.takeChanges()
    expect(Object.keys(choices)).toEqual(["#broken:api/thing"])
    expect(dropChoices).toEqual([])
    expect(memory.takeChanges()).toEqual({ choices: {}, dropChoices: [] })
  })

  test("is forgotten when somebody asks to try again, the numbers are not", () => {
    const memory = new NodeMemory({})
    memory.cameOutBroken("api/thing", "print")
    memory.recordRemoved("api/thing", 3)
    memory.forgetAllBroken()
    expect(memory.brokenCount("api/thing", "print")).toBe(0)
    expect(memory.incarnations.get("api/thing")).toBe(3)
  })
})

test("keys of this memory are no component's", () => {
  const memory = new NodeMemory({})
  memory.recordRemoved("api/thing", 1)
  memory.cameOutBroken("api/thing", "print")
  expect(Object.keys(memory.takeChanges().choices).every(isReservedChoice)).toBe(true)
  expect(isReservedChoice("priority:x")).toBe(false)
})
