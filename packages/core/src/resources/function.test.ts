import { expect, test } from "vitest"
import { Function as Func } from "./function.ts"

const code = { type: "source", src: "./api", toolchain: { type: "typescript" } } as const
const func = () => new Func("api").code(code)

test("is private, with 256 MB and 180 s, by default", () => {
  expect(func().build().config).toMatchObject({
    type: "function",
    memoryMb: 256,
    timeoutSeconds: 180,
    publicEndpoints: [],
  })
})

test("has one endpoint named default when public", () => {
  const { config, violations } = func().ingress("public").build()
  expect(violations).toEqual([])
  expect(config.publicEndpoints).toEqual([{ name: "default", wildcardSubdomains: false, streaming: false }])
  expect(func().ingress("public").ingress("private").build().config.publicEndpoints).toEqual([])
})

test.each([
  ["vpc", "not_supported"],
  ["internal", "value_unknown"],
])("refuses the ingress %s and says what to write instead", (value, code) => {
  expect(
    func()
      .ingress(value as never)
      .build().violations,
  ).toMatchObject([{ path: "ingress", code, message: expect.stringContaining("public") }])
})
