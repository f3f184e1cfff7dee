import { describe, expect, test } from "vitest"
import { namesOfSources, programsOf, renameToCompiled } from "./rename.ts"

describe("a declaration file", () => {
  const renamed = (text: string) => renameToCompiled("dist/index.d.ts", text)

  test.each([
    ['import type { A } from "./a.ts"', 'import type { A } from "./a.js"'],
    ['export * from "../b/c.ts"', 'export * from "../b/c.js"'],
    ["export { d } from './d.ts'", "export { d } from './d.js'"],
    ['type E = import("./e.ts").E', 'type E = import("./e.js").E'],
  ])("%s: it names what was compiled", (before, after) => {
    expect(renamed(before)).toBe(after)
  })

  test.each(['import "pkg/file.ts"', 'import "./types.d.ts"', 'import "node:fs"', '/** see "./a.ts" */'])(
    "%s: it stays as it is",
    (text) => {
      expect(renamed(text)).toBe(text)
    },
  )

  test("several in one file: it renames all of them and nothing between", () => {
    const text = 'export * from "./a.ts";\nexport declare const name: "./a.ts";\nexport * from "./long/b.ts";\n'
    expect(renamed(text)).toBe(
      'export * from "./a.js";\nexport declare const name: "./a.ts";\nexport * from "./long/b.js";\n',
    )
  })
})

describe("a program that is started by its path", () => {
  const text = 'const main = fileURLToPath(new URL("./main.ts", import.meta.url))'

  test("it is the compiled one", () => {
    expect(renameToCompiled("dist/client.js", text)).toBe(text.replace("main.ts", "main.js"))
  })

  test("it is found in the source, so it is compiled too", () => {
    expect(programsOf("src/client.ts", text)).toEqual(["./main.ts"])
  })

  test.each([
    'new URL("./main.ts", base)',
    'new URL("./page.html", import.meta.url)',
    "new URL(name, import.meta.url)",
  ])("%s names none, so it finds none", (other) => {
    expect(programsOf("src/client.ts", other)).toEqual([])
    expect(renameToCompiled("dist/client.js", other)).toBe(other)
  })
})

test("a name that is put together some other way is still seen, so it can be refused", () => {
  const text = 'const main = join(import.meta.dirname, "main.ts") // not "other.ts"\nconst ending = ".ts"\n'
  expect(namesOfSources("dist/client.js", text)).toEqual(["main.ts"])
})
