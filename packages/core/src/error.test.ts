import { describe, expect, test } from "vitest"
import { type Violation, violations } from "./error.ts"

const mistakes = (count: number): Violation[] =>
  Array.from({ length: count }, (_, index) => ({ path: `k${index}`, code: "key_unknown", message: "is not known" }))

describe("violations", () => {
  test("lists every mistake of what a person wrote", () => {
    const error = violations("settings_invalid", "the settings", mistakes(2))
    expect(error.message).toBe("the settings has 2 mistakes:\n  k0: is not known\n  k1: is not known")
    expect(error.context?.violations).toHaveLength(2)
  })

  test("counts all and lists the first of very many, so that an answer is not larger than what was asked", () => {
    const error = violations("settings_invalid", "the settings", mistakes(80_000))
    expect(error.message).toMatch(/^the settings has 80000 mistakes:\n {2}k0: /)
    expect(error.message).toMatch(/\n {2}k199: is not known\n {2}and 79800 more$/)
    expect(error.context?.violations).toHaveLength(200)
  })
})
