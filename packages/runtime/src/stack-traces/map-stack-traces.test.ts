import { execFile } from "node:child_process"
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { programImport } from "../program-import.ts"
import { artifact, startWorker } from "../worker-process.fixture.ts"

/** Its second line throws, and comes from src/index.ts 12:7. */
const THROWS = `const fail = (why) => {\n  throw new Error(why)\n}\n`
const MAP = JSON.stringify({ version: 3, sources: ["src/index.ts"], names: [], mappings: ";AAWM" })

/** What a program says on stderr before it ends, run as one of an artifact is. */
async function errorsOf(files: Record<string, string>, nodeOptions = ""): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "alien-runtime-"))
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, "real", name)), { recursive: true })
      await writeFile(join(directory, "real", name), content)
    }
    await symlink("real", join(directory, "linked"))
    const args = ["--import", programImport(), join(directory, "linked/index.mjs")]
    const run = promisify(execFile)(process.execPath, args, { env: { NODE_OPTIONS: nodeOptions } })
    return (await run.catch((error: { stderr: string }) => error)).stderr
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

describe("a stack: it", () => {
  test("names a worker's sources where a request fails and where nobody awaits", async () => {
    const source = `${THROWS}export default { fetch: async ({ url }) => url.endsWith("/late") ? (void (async () => fail("late"))(), new Response()) : fail("early") }`
    await using worker = await startWorker({ ...artifact(source), "index.mjs.map": MAP })
    const origin = `http://127.0.0.1:${await worker.port()}`
    await Promise.all(["/late", "/"].map((path) => fetch(origin + path)))
    worker.child.kill("SIGTERM")
    await worker.exit()
    expect(worker.errors()).toMatch(/Error: early\n {4}at fail \(src\/index\.ts:12:7\)\n/)
    expect(worker.errors()).toMatch(/Error: late\n {4}at fail \(src\/index\.ts:12:7\)\n/)
  })

  test("names a program's sources in what it last says, from a folder that is linked", async () => {
    const errors = await errorsOf({ "index.mjs": `${THROWS}fail("no database")`, "index.mjs.map": MAP })
    expect(errors).toMatch(/\nError: no database\n {4}at fail \(src\/index\.ts:12:7\)\n/)
  })

  test.each<[string, Record<string, string>]>([
    ["there is no map", {}],
    ["the map is damaged", { "index.mjs.map": MAP.slice(0, 30) }],
  ])("names the bundle where %s", async (_case, files) => {
    const errors = await errorsOf({ "index.mjs": `${THROWS}fail("no database")`, ...files })
    expect(errors).toMatch(/Error: no database\n {4}at fail \(file:.*\/real\/index\.mjs:2:9\)\n/)
  })

  test("names the files of packages that are carried as they are", async () => {
    const files = {
      "index.mjs": `import { fail } from "./node_modules/x/index.mjs"\nfail("no database")`,
      "node_modules/x/index.mjs": `${THROWS}export { fail }`,
      "node_modules/x/index.mjs.map": MAP,
    }
    expect(await errorsOf(files)).toMatch(/at fail \(file:.*\/node_modules\/x\/index\.mjs:2:9\)\n/)
  })

  test("is left to Node where that is told to map it", async () => {
    const files = {
      "index.mjs": `${THROWS}fail("no database")\n//# sourceMappingURL=index.mjs.map`,
      "index.mjs.map": MAP,
    }
    expect(await errorsOf(files, "--enable-source-maps")).toMatch(/at fail \(\/.*\/real\/src\/index\.ts:12:7\)\n/)
  })

  test("stays what a package makes of it", async () => {
    const source = `${THROWS}const prepare = Error.prepareStackTrace
      Error.prepareStackTrace = (_, frames) => frames
      const [frame] = new Error("x").stack
      console.error(frame.getFileName().endsWith("/index.mjs"), frame.getLineNumber())
      Error.prepareStackTrace = prepare
      fail("no database")`
    const errors = await errorsOf({ "index.mjs": source, "index.mjs.map": MAP })
    expect(errors).toContain("true 6\n")
    expect(errors).toMatch(/at fail \(src\/index\.ts:12:7\)\n/)
  })
})
