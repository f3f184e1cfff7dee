import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { manifest, printingProgram } from "../build/cargo/crates.fixture.ts"
import { type Folder, folderWith } from "../build/files.fixture.ts"
import { IncrementalBuilder } from "./incremental-builder.ts"
import { type SourceWatch, watchSources } from "./watch-sources.ts"

vi.setConfig({ testTimeout: 120_000 })

const STACK = `import * as alien from "@alienplatform/core"
const rust = { type: "rust", binaryName: "agent" } as const
const agent = new alien.Daemon("agent").code({ type: "source", src: "./agent", toolchain: rust }).build()
const api = new alien.Worker("api").code({ type: "source", src: "./api", toolchain: { type: "typescript" } }).build()
export default new alien.Stack("shop").add(agent, "live").add(api, "live").build()
`
const COUNT = `format!("pub const TEXTS: usize = {};", std::fs::read_dir("texts").unwrap().count())`
const countingInto = (path: string) => `fn main() {
  println!("cargo::rerun-if-changed=texts");
  let made = ${path};
  std::fs::write(made, ${COUNT}).unwrap();
}`
const MAIN = `include!(concat!(env!("OUT_DIR"), "/made.rs"));
mod part;
fn main() { println!("{} {}", part::text(), TEXTS) }`

const project = () =>
  folderWith({
    "alien.ts": STACK,
    "api/index.ts": "export default { fetch: () => new Response() }",
    "agent/Cargo.toml": manifest("agent"),
    "agent/build.rs": countingInto(`std::env::var("OUT_DIR").unwrap() + "/made.rs"`),
    "agent/texts/one.txt": "",
    "agent/src/main.rs": MAIN,
    "agent/src/part.rs": `pub fn text() -> &'static str { "one" }`,
  })

/**
 * `alien dev` without a manager: a builder, and the watch that tells it what changed.
 * @param since ms since the epoch: files that are newer when the watch begins have changed already
 */
async function atWork(folder: Folder, since = Date.now() + 60_000) {
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  const never = new AbortController().signal
  const changed = new Set<string>()
  let more = Promise.withResolvers<void>()
  let watch: SourceWatch | undefined
  return {
    write: (path: string, text: string) => writeFile(join(folder.path, path), text),
    /** The first changes that concern the stack, relative to it. */
    async concerned() {
      while (changed.size === 0) await more.promise
      const paths = [...changed].map((path) => path.slice(folder.path.length + 1))
      changed.clear()
      return paths.sort()
    },
    async build(...paths: string[]) {
      const asked = paths.length === 0 ? "everything" : new Set(paths.map((path) => join(folder.path, path)))
      const { result, resources } = await builder.build(asked, never)
      await result[Symbol.asyncDispose]()
      watch ??= await watchSources({
        folders: [folder.path],
        files: builder.inputs,
        since,
        changed(all) {
          for (const path of all) if (builder.concerns(path)) changed.add(path)
          more.resolve()
          more = Promise.withResolvers()
        },
      })
      watch.follow(builder.inputs)
      return { resources, sha256: result.artifacts[0]?.sha256 }
    },
    [Symbol.asyncDispose]: async () => watch?.close(),
  }
}

test("a program in Rust is built again after a change of its sources, and after nothing that cargo writes", async () => {
  await using folder = await project()
  await using work = await atWork(folder)
  const first = await work.build()
  expect(first.resources).toEqual(["agent", "api"])
  expect(await readFile(join(folder.path, "agent/Cargo.lock"), "utf8")).toContain("agent")

  await work.write("agent/target/release/agent.d", "")
  await work.write("agent/notes.md", "of no concern")
  await work.write("agent/src/part.rs", `pub fn text() -> &'static str { "two" }`)
  expect(await work.concerned()).toEqual(["agent/src/part.rs"])
  const second = await work.build("agent/src/part.rs")
  expect(second.resources).toEqual(["agent"])
  expect(second.sha256).not.toBe(first.sha256)

  await mkdir(join(folder.path, "agent/texts/more"))
  await work.write("agent/texts/more/two.txt", "")
  expect(await work.concerned()).toEqual(["agent/texts/more/two.txt"])
  expect(await work.build("agent/texts/more/two.txt")).toMatchObject({ resources: ["agent"] })
  await work.write("agent/Cargo.toml", manifest("agent", "[profile.release]\nopt-level = 1\n"))
  expect(await work.concerned()).toContain("agent/Cargo.toml")
  expect(await work.build("agent/Cargo.toml")).toMatchObject({ resources: ["agent"] })
})

test("after a build that failed, the file that mends it is enough", async () => {
  await using folder = await project()
  await using work = await atWork(folder)
  await work.build()
  await work.write("agent/src/part.rs", "pub fn text() -> i32 { nothing }")
  expect(await work.concerned()).toEqual(["agent/src/part.rs"])
  await expect(work.build("agent/src/part.rs")).rejects.toMatchObject({ code: "build_failed" })
  await work.write("agent/src/part.rs", "pub fn text() -> i32 { 3 }")
  expect(await work.concerned()).toEqual(["agent/src/part.rs"])
  expect(await work.build("agent/src/part.rs")).toMatchObject({ resources: ["agent"] })
})

test("a build that writes what it reads is done once more at most", async () => {
  await using folder = await project()
  await using work = await atWork(folder, 0)
  await work.write("agent/build.rs", countingInto(`"src/made.rs"`))
  await work.write("agent/src/main.rs", MAIN.replace(/^include.*$/m, "mod made;\nuse made::TEXTS;"))
  await work.build()
  const after = await work.concerned()
  expect(after).toContain("agent/src/made.rs")
  expect(after).not.toContain("agent/Cargo.lock")
  await work.build("agent/src/made.rs", "agent/build.rs")
  await work.write("agent/texts/one.txt", "changed")
  expect(await work.concerned()).toEqual(["agent/texts/one.txt"])
  await work.build("agent/texts/one.txt")
  await work.write("agent/src/part.rs", `pub fn text() -> &'static str { "two" }`)
  expect(await work.concerned()).toEqual(["agent/src/part.rs"])
})

test("a build that was overtaken is done by the next", async () => {
  await using folder = await project()
  const began = join(folder.path, "agent/began")
  const slow = `fn main() { std::fs::write("began", "").unwrap(); loop { std::thread::park() } }`
  const builder = new IncrementalBuilder(join(folder.path, "alien.ts"))
  await writeFile(join(folder.path, "agent/build.rs"), slow)
  const overtaken = new AbortController()
  const building = builder.build("everything", overtaken.signal)
  building.catch(() => undefined)
  await expect.poll(() => readFile(began, "utf8").catch(() => "none"), { timeout: 60_000 }).toBe("")
  const main = join(folder.path, "agent/src/main.rs")
  await writeFile(main, printingProgram("mended"))
  expect(builder.concerns(main)).toBe(true)
  overtaken.abort()
  await expect(building).rejects.toMatchObject({ code: "interrupted" })
  await writeFile(join(folder.path, "agent/build.rs"), "fn main() {}")
  const { result, resources } = await builder.build(new Set([main]), new AbortController().signal)
  await result[Symbol.asyncDispose]()
  expect(resources).toEqual(["agent", "api"])
})
