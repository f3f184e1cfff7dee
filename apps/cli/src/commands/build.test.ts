import { expect, test } from "vitest"
import { folderWith } from "../build/files.fixture.ts"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"

const PROJECT = {
  "package.json": `{"type":"module","files":["public"]}`,
  "alien.ts": `import * as alien from "@alienplatform/core"
    const code = { type: "source", src: "./api", toolchain: { type: "typescript" } } as const
    export default new alien.Stack("shop").add(new alien.Worker("api").code(code).publicEndpoint("web").build(), "live").build()`,
  "api/index.ts": `import { readFileSync } from "node:fs"
    import { name } from "./name.ts"
    const data = new URL("./data.json", import.meta.url)
    export default { fetch: () => new Response(name + readFileSync(data)) }`,
  "api/name.ts": `export const name = "api"`,
  "api/data.json": "{}",
  ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`public/${index}.txt`, "x".repeat(1024)])),
}

/** Nothing is asked of a manager: there is none, and a request would fail. */
async function built(...args: string[]) {
  await using folder = await folderWith(PROJECT)
  const fetch = () => Promise.reject(new Error("nobody is asked"))
  const context = fakeContext({ cwd: folder.path, fetch })
  const exit = await run(["build", ...args], context)
  return { exit, out: context.out, err: context.err }
}

test("it tells what travels, how large it is and why, and leaves out the rest of many files", async () => {
  const { exit, out } = await built()
  expect(exit).toBe(0)
  expect(out).toMatch(/^api {2}[\d.]+ (?:B|KiB) packed, [\d.]+ KiB in 15 files\n/)
  expect(out).toMatch(/\n {2}index\.mjs +[\d.]+ (?:B|KiB) +the entry, of 2 modules\n/)
  expect(out).toMatch(/\n {2}api\/data\.json +2 B +read from a module's own place\n/)
  expect(out).toMatch(/\n {2}public\/0\.txt +1\.0 KiB +files in package\.json\n/)
  expect(out).toContain("… and 5 more: alien build --list")
  expect(out).not.toContain("api/name.ts")
})

test("with --list it shows every file and every module", async () => {
  const { out } = await built("--list")
  for (let index = 0; index < 12; index++) expect(out).toContain(`public/${index}.txt`)
  expect(out).toMatch(/\n {4}api\/name\.ts +\d+ B +bundled into it\n/)
})

test("with --json it is one document", async () => {
  const { out, err } = await built("--json")
  expect(err).toBe("")
  expect(JSON.parse(out)).toMatchObject({
    artifacts: [
      {
        resource: "api",
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        files: expect.arrayContaining([{ path: "public/0.txt", bytes: 1024, why: "files" }]),
      },
    ],
  })
})
