import { describe, expect, test } from "vitest"
import { userPaths } from "./user-paths.ts"

const home = "/people/u"

test("without variables it is under the home directory", () => {
  expect({ ...userPaths({ home, env: {} }) }).toEqual({
    config: "/people/u/.config/alien/config.json",
    ports: "/people/u/.config/alien/ports.json",
    installations: "/people/u/.config/alien/installations.json",
    data: "/people/u/.local/share/alien/manager",
    cache: "/people/u/.cache/alien",
    devNames: "/people/u/.config/alien/dev-names",
    authority: "/people/u/.local/share/alien/ca",
    runtime: undefined,
  })
})

test("the XDG variables move each kind, so it follows them; relative ones do not count", () => {
  const env = { XDG_CONFIG_HOME: "relative", XDG_DATA_HOME: "/d" }
  expect({ ...userPaths({ home, env }) }).toMatchObject({
    config: "/people/u/.config/alien/config.json",
    data: "/d/alien/manager",
    authority: "/d/alien/ca",
  })
})

test("ALIEN_HOME comes before them and moves everything, so it touches nothing of the user", () => {
  const env = { ALIEN_HOME: "/a", XDG_CONFIG_HOME: "/c", XDG_DATA_HOME: "/d" }
  const paths = { ...userPaths({ home: "", env }) }
  expect(Object.values(paths).every((path) => path?.startsWith("/a/"))).toBe(true)
  expect(paths.config).toBe("/a/config/config.json")
})

describe("a home directory that cannot be one", () => {
  test.each([
    ["unset", "", {}],
    ["relative", "people/u", {}],
    ["ALIEN_HOME relative", home, { ALIEN_HOME: "here" }],
  ])("%s: it is refused with home_invalid when a path is asked for", (_, home, env) => {
    const paths = userPaths({ home, env })
    for (const name of ["config", "ports", "data", "cache", "authority"] as const)
      expect(() => paths[name]).toThrow(expect.objectContaining({ code: "home_invalid" }))
  })

  test("nothing is refused where the variables say it all, so a container without HOME works", () => {
    const env = { XDG_CONFIG_HOME: "/c", XDG_DATA_HOME: "/d", XDG_CACHE_HOME: "/e" }
    expect(() => ({ ...userPaths({ home: "", env }) })).not.toThrow()
  })
})
