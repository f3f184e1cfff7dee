import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { folderWith } from "../build/files.fixture.ts"
import { watchSources } from "./watch-sources.ts"

/** Watches a folder; `seen` resolves with the next changes, relative to it. */
async function watching(path: string, files: string[] = [], since = Date.now() + 60_000) {
  const told: string[][] = []
  let more = Promise.withResolvers<void>()
  const watch = await watchSources({
    folders: [join(path, "project")],
    files: files.map((file) => join(path, file)),
    since,
    changed(paths) {
      told.push([...paths].map((changed) => changed.slice(path.length + 1)).sort())
      more.resolve()
      more = Promise.withResolvers()
    },
  })
  return {
    follow: (file: string) => watch.follow([join(path, file)]),
    async seen() {
      while (told.length === 0) await more.promise
      return told.shift()
    },
    [Symbol.asyncDispose]: () => watch.close(),
  }
}

test("it tells of files that were changed, added, replaced and removed", async () => {
  await using folder = await folderWith({ "project/a.ts": "", "project/deep/b.ts": "" })
  await using watch = await watching(folder.path)
  const file = (name: string) => join(folder.path, "project", name)
  await writeFile(file("deep/b.ts"), "changed")
  expect(await watch.seen()).toEqual(["project/deep/b.ts"])
  await mkdir(file("new"))
  await writeFile(file("new/c.ts"), "new")
  expect(await watch.seen()).toEqual(["project/new/c.ts"])
  await writeFile(file("new/draft"), "draft")
  await watch.seen()
  await rename(file("new/draft"), file("a.ts"))
  expect(await watch.seen()).toContain("project/a.ts")
  await rm(file("deep/b.ts"))
  expect(await watch.seen()).toContain("project/deep/b.ts")
})

test("hidden folders and packages are left out, unless a file of theirs is followed", async () => {
  await using folder = await folderWith({
    "project/a.ts": "",
    "project/.alien/manager.log": "",
    "project/node_modules/used/index.js": "",
    "project/node_modules/other/index.js": "",
    "elsewhere/shared.ts": "",
    "elsewhere/later.ts": "",
  })
  await using watch = await watching(folder.path, ["project/node_modules/used/index.js", "elsewhere/shared.ts"])
  for (const name of [".alien/manager.log", "node_modules/other/index.js"])
    await writeFile(join(folder.path, "project", name), "changed")
  await writeFile(join(folder.path, "project/node_modules/used/index.js"), "changed")
  expect(await watch.seen()).toEqual(["project/node_modules/used/index.js"])
  await writeFile(join(folder.path, "elsewhere/shared.ts"), "changed")
  expect(await watch.seen()).toEqual(["elsewhere/shared.ts"])
})

test("what changed between the build and the watch is told too", async () => {
  await using folder = await folderWith({ "project/a.ts": "" })
  await using watch = await watching(folder.path, ["project/a.ts"], 0)
  expect(await watch.seen()).toEqual(["project/a.ts"])
})

test("caches are left out, also one that comes later, as cargo makes it", async () => {
  await using folder = await folderWith({
    "project/agent/main.rs": "",
    "project/agent/target/CACHEDIR.TAG": "",
    "project/agent/target/release/agent": "",
    "project/target/no-cache.rs": "",
    "project/edge/Cargo.toml": "",
  })
  await using watch = await watching(folder.path)
  const file = (name: string) => join(folder.path, "project", name)
  await mkdir(file("edge/draft"))
  await writeFile(file("edge/draft/CACHEDIR.TAG"), "")
  await mkdir(file("edge/draft/release"))
  await rename(file("edge/draft"), file("edge/target"))
  await writeFile(file("edge/main.rs"), "new")
  expect(await watch.seen()).toEqual(["project/edge/main.rs"])
  for (const name of ["agent/target/release/agent", "agent/target/new", "edge/target/release/edge"])
    await writeFile(file(name), "built")
  await writeFile(file("target/no-cache.rs"), "changed")
  expect(await watch.seen()).toEqual(["project/target/no-cache.rs"])
})

test("what the process itself writes is left out, as of `alien dev > dev.log`", async () => {
  await using folder = await folderWith({ "a.ts": "", "dev.log": "" })
  const script = `
    const { watchSources } = await import(${JSON.stringify(new URL("./watch-sources.ts", import.meta.url).href)})
    const watch = await watchSources({
      folders: [process.cwd()],
      files: [],
      since: Infinity,
      changed: (paths) => watch.close().then(() => console.log(JSON.stringify([...paths]))),
    })
    console.log("watching")
    await (await import("node:fs/promises")).writeFile("a.ts", "changed")`
  await using log = await open(join(folder.path, "dev.log"), "w")
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder.path,
    stdio: ["ignore", log.fd, "inherit"],
  })
  await once(child, "exit")
  expect(await readFile(join(folder.path, "dev.log"), "utf8")).toBe(
    `watching\n${JSON.stringify([join(folder.path, "a.ts")])}\n`,
  )
})

test("a folder that is followed is watched with everything below it, though it is hidden", async () => {
  await using folder = await folderWith({ "project/.next/standalone/server.js": "", "project/.next/cache/one": "" })
  await using watch = await watching(folder.path, ["project/.next/standalone"])
  const file = (name: string) => join(folder.path, "project/.next", name)
  await writeFile(file("cache/one"), "changed")
  await writeFile(file("standalone/server.js"), "changed")
  expect(await watch.seen()).toEqual(["project/.next/standalone/server.js"])
  await writeFile(file("standalone/added.js"), "new")
  expect(await watch.seen()).toEqual(["project/.next/standalone/added.js"])
})
