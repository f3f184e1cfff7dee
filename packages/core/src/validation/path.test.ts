import { expect, test } from "vitest"
import { pathText } from "./path.ts"

test("writes indexes, plain keys and quoted ones", () => {
  expect(pathText(["resources", "my-api", "publicEndpoints", 1, "hostLabel"])).toBe(
    "resources.my-api.publicEndpoints[1].hostLabel",
  )
  expect(pathText(["resources", "a.b", "id"])).toBe('resources["a.b"].id')
})

test("cuts a very long key", () => {
  expect(pathText(["x".repeat(1000), "a b".repeat(1000)]).length).toBeLessThan(1200)
})
