import { describe, expect, test } from "vitest"
import { contains, isSealed, isUnknown, knownValue, type Sent } from "./sent.ts"

const unknown = { $after: "api/thing" }
const sealed = { $sealed: "0123" }

describe("what is unknown or sealed", () => {
  test("is told from props that merely look like it", () => {
    expect([isUnknown(unknown), isSealed(sealed)]).toEqual([true, true])
    expect([isUnknown(sealed), isSealed(unknown)]).toEqual([false, false])
    for (const value of [undefined, null, "$after", 0, [], {}, { ...unknown, more: 1 }, { ...sealed, ...unknown }])
      expect([isUnknown(value), isSealed(value)]).toEqual([false, false])
  })

  test("is found at any depth", () => {
    expect(contains({ a: [{ b: unknown }] }, isUnknown)).toBe(true)
    expect(contains({ a: [{ b: sealed }] }, isUnknown)).toBe(false)
    expect(contains(null, isUnknown)).toBe(false)
    expect(contains(unknown, isUnknown)).toBe(true)
  })
})

describe("a known value", () => {
  interface Props {
    name: string
    size?: number
    tags: Record<string, string>
    rules: { to: string }[]
  }
  const sent = (props: Sent<Props>) => props

  test("is the value as it was declared", () => {
    const { name, size, tags, rules } = sent({ name: "a", tags: { x: "1" }, rules: [{ to: "b" }] })
    expect(knownValue<string>(name)).toBe("a")
    expect(knownValue<number | undefined>(size)).toBeUndefined()
    expect(knownValue<Props["tags"]>(tags)).toEqual({ x: "1" })
    expect(knownValue<Props["rules"]>(rules)).toEqual([{ to: "b" }])
  })

  test("is none where any part of it is not known", () => {
    const { name, size, tags, rules } = sent({
      name: unknown,
      size: sealed,
      tags: { x: "1", y: sealed },
      rules: [{ to: "b" }, { to: unknown }],
    })
    expect(knownValue<string>(name)).toBeUndefined()
    expect(knownValue<number | undefined>(size)).toBeUndefined()
    expect(knownValue<Props["tags"]>(tags)).toBeUndefined()
    expect(knownValue<Props["rules"]>(rules)).toBeUndefined()
  })
})
