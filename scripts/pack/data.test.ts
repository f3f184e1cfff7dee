import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { dataFolders, dataOf, isData } from "./data.ts"

test.each(["src/page.html", "src/init/templates/worker/alien.ts", "src/init/templates/package.json"])(
  "%s is read by a program, so it goes along",
  (path) => {
    expect(isData(path)).toBe(true)
  },
)

test.each(["src/index.ts", "src/plan.golden.txt", "src/testing/sample.json", "src/templates.ts"])(
  "%s is source or for tests, so it is not copied",
  (path) => {
    expect(isData(path)).toBe(false)
  },
)

test("data of src lies beside the compiled programs and a templates folder stays where it is, so paths hold", async () => {
  const folder = await mkdtemp(join(tmpdir(), "alien-data-"))
  try {
    for (const path of ["src/index.ts", "src/error/page.html", "templates/worker/alien.ts"]) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), "")
    }
    const found = await dataOf(folder)
    expect(found.map(({ path }) => path)).toEqual(["dist/error/page.html", "templates/worker/alien.ts"])
    expect(dataFolders(found)).toEqual(["templates"])
    expect(dataFolders([])).toEqual([])
  } finally {
    await rm(folder, { recursive: true })
  }
})
