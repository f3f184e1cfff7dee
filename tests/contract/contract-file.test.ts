import { expect, test } from "vitest"
import { contractFrom } from "./contract-file.ts"

const nowhere = "/nowhere/manager-api.json"

test("says why there is no contract, and fails for it in CI", () => {
  expect(contractFrom({})).toEqual({ missing: expect.stringContaining("is not set") })
  expect(contractFrom({ MANAGER_API_CONTRACT: "" })).toEqual({ missing: expect.stringContaining("is not set") })
  expect(contractFrom({ MANAGER_API_CONTRACT: nowhere })).toEqual({ missing: expect.stringContaining(nowhere) })
  expect(() => contractFrom({ CI: "true" })).toThrow(/is not set/)
  expect(() => contractFrom({ CI: "true", MANAGER_API_CONTRACT: nowhere })).toThrow(nowhere)
})

test("reads the file that the variable names, and fails for one that is no JSON", () => {
  const file = new URL("../../package.json", import.meta.url).pathname
  expect(contractFrom({ CI: "true", MANAGER_API_CONTRACT: file })).toMatchObject({ document: { name: "alien" } })
  expect(() => contractFrom({ MANAGER_API_CONTRACT: import.meta.filename })).toThrow(SyntaxError)
})
