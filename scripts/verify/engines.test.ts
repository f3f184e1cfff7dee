import { describe, expect, test } from "vitest"
import { checkEngines } from "./engines.ts"

const lock = (engines: { node?: string }) => ({ packages: { "node_modules/a": { version: "1.0.0", engines } } })

describe("the check of engines: it", () => {
  test("finds a package that warns on a supported host", () => {
    expect(checkEngines(lock({ node: ">=20" }))).toEqual(["a@1.0.0 wants Node >=20: warns on 18.18.0"])
    expect(checkEngines(lock({ node: "^18.18 || >=22" }))).toEqual([
      "a@1.0.0 wants Node ^18.18 || >=22: warns on 20.0.0",
    ])
  })

  test("is content with packages that accept them or want nothing", () => {
    expect(checkEngines(lock({ node: ">=18" }))).toEqual([])
    expect(checkEngines({ packages: { "": {}, "packages/core": { engines: [] } } })).toEqual([])
  })
})
