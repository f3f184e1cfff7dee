import { mkdir, rm, utimes, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { type Folder, folderWith } from "../build/files.fixture.ts"
import { IncrementalBuilder } from "./incremental-builder.ts"

const STACK = `import * as alien from "@alienplatform/core"
import { names } from "./names.ts"
const worker = (id: string) =>
  new alien.Worker(id).code({ type: "source", src: "./" + id, toolchain: { type: "typescript" } }).build()
export default names.reduce((stack, name) => stack.add(worker(name), "live"), new alien.Stack("shop")).build()
`
const HANDLER = 'import { text } from "../shared/text.ts"\nexport default { fetch: () => new Response(text) }\n'
const never = new AbortController().signal

const project = () =>
  folderWith({
    "alien.ts": STACK,
    "names.ts": 'export const names = ["one", "two", "three"]',
    "one/index.ts": HANDLER,
    "two/index.ts": HANDLER,
    "three/index.ts": "export default { fetch: () => new Response() }",
    "shared/text.ts": 'export const text = "a"',
  })

/** Builds after these files were changed; the resources that were built anew. */
async function rebuilt(builder: IncrementalBuilder, folder: Folder, ...changed: string[]): Promise<string[]> {
  const { result, resources } = await builder.build(new Set(changed.map((path) => join(folder.path, path))), never)
  await result[Symbol.asyncDispose]()
  return resources
}

test("it builds everything first, then what a changed file went into", async () => {
  await using folder = await project()
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  expect(await rebuilt(builder, folder)).toEqual(["one", "two", "three"])
  expect(await rebuilt(builder, folder)).toEqual([])
  expect(await rebuilt(builder, folder, "three/index.ts")).toEqual(["three"])
  expect(await rebuilt(builder, folder, "shared/text.ts")).toEqual(["one", "two"])
})

test("it builds again what carries a changed file, or a folder that one is added to", async () => {
  await using folder = await project()
  const handler = `const places = [new URL("./data.json", import.meta.url), new URL("./sql", import.meta.url)]
    export default { fetch: () => new Response(places.join()) }`
  for (const [name, text] of Object.entries({ "index.ts": handler, "data.json": "{}", "sql/1.sql": "" })) {
    await mkdir(dirname(join(folder.path, "three", name)), { recursive: true })
    await writeFile(join(folder.path, "three", name), text)
  }
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  await rebuilt(builder, folder)
  await writeFile(join(folder.path, "three/data.json"), "[]")
  expect(builder.concerns(join(folder.path, "three/data.json"))).toBe(true)
  expect(await rebuilt(builder, folder, "three/data.json")).toEqual(["three"])
  expect(await rebuilt(builder, folder, "three/sql/2.sql")).toEqual(["three"])
  expect(await rebuilt(builder, folder, "three/other.md")).toEqual([])
})

test("a file that the stack imports is read again, and what it names no more is forgotten", async () => {
  await using folder = await project()
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  await rebuilt(builder, folder)
  await writeFile(join(folder.path, "names.ts"), 'export const names = ["one"]')
  const { result, resources } = await builder.build(new Set([join(folder.path, "names.ts")]), never)
  await using _ = result
  expect(resources).toEqual([])
  expect(Object.keys(result.stack.resources)).toEqual(["one"])
  expect(builder.inputs).not.toContain(join(folder.path, "three/index.ts"))
})

test("package.json and tsconfig.json concern everything, so it builds everything", async () => {
  await using folder = await project()
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  await rebuilt(builder, folder)
  expect(builder.concerns(join(folder.path, "tsconfig.json"))).toBe(true)
  expect(await rebuilt(builder, folder, "one/package.json")).toEqual(["one", "two", "three"])
})

test("it knows which files concern it; after a failure any may mend it", async () => {
  await using folder = await project()
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  await rebuilt(builder, folder)
  const other = join(folder.path, "notes.md")
  expect(builder.concerns(join(folder.path, "shared/text.ts"))).toBe(true)
  expect(builder.concerns(other)).toBe(false)
  await rm(join(folder.path, "shared/text.ts"))
  await expect(rebuilt(builder, folder, "shared/text.ts")).rejects.toMatchObject({ code: "build_failed" })
  expect(builder.concerns(other)).toBe(true)
  await writeFile(join(folder.path, "shared/text.ts"), 'export const text = "b"')
  expect(await rebuilt(builder, folder, "shared/text.ts")).toEqual(["one", "two"])
})

test("what is saved while it is built concerns it, once for each content", async () => {
  await using folder = await project()
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  await rebuilt(builder, folder)
  const text = join(folder.path, "shared/text.ts")
  const building = rebuilt(builder, folder, "shared/text.ts")
  expect(builder.concerns(text)).toBe(true)
  expect(builder.concerns(text)).toBe(false)
  await writeFile(text, 'export const text = "b"')
  expect(builder.concerns(text)).toBe(true)
  expect(await building).toEqual(["one", "two"])
})

test("after a failure saving a file as it was is to try again, and what the build wrote is not", async () => {
  await using folder = await project()
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  const broken = join(folder.path, "one/index.ts")
  await writeFile(broken, "export default {")
  await expect(rebuilt(builder, folder)).rejects.toMatchObject({ code: "build_failed" })
  expect([builder.concerns(broken), builder.concerns(broken)]).toEqual([true, false])
  const later = new Date(Date.now() + 60_000)
  await utimes(broken, later, later)
  expect([builder.concerns(broken), builder.concerns(broken)]).toEqual([true, true])
})

test("what an interrupted build had built is told with the next", async () => {
  await using folder = await project()
  const overtaken = new AbortController()
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"), ({ resource, state }) => {
    if (resource === "two" && state === "built") overtaken.abort()
  })
  const building = builder.build("everything", overtaken.signal)
  await expect(building).rejects.toMatchObject({ code: "interrupted" })
  expect(await rebuilt(builder, folder)).toEqual(["one", "two", "three"])
})
