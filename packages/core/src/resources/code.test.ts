import { expect, test } from "vitest"
import { Toolchain } from "./code.ts"

const rust = (binaryName: unknown) => Toolchain.safeParse({ type: "rust", binaryName })

test.each(["agent", "edge-agent", "_x", "2048", "a".repeat(128)])("takes %j as the name of a binary", (name) => {
  expect(rust(name).success).toBe(true)
})

test.each(["", "-v", "--release", "../agent", "a/b", "a b", "a.exe", "ag*nt", "a\n", "ä", "a".repeat(129)])(
  "refuses %j as the name of a binary, and shows it",
  (name) => {
    const [issue] = rust(name).error?.issues ?? []
    expect(issue).toMatchObject({ path: ["binaryName"], message: expect.stringContaining("must be 1-128 letters") })
    expect(issue?.message).toContain(`is ${JSON.stringify(name).slice(0, 40)}`)
  },
)
