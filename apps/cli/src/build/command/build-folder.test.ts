import { chmod, readFile, symlink, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseStack, type StackConfig } from "@alienplatform/core"
import { describe, expect, test } from "vitest"
import { buildArtifacts } from "../build-artifacts.ts"
import { type Folder, folderWith } from "../files.fixture.ts"
import { unpack } from "../unpack.fixture.ts"

const stackOf = (command: string[], src = "api"): StackConfig => {
  const code = { type: "source", src, toolchain: { type: "typescript" } }
  const config = { type: "container", id: "api", code, command }
  return parseStack({ id: "shop", resources: { api: { lifecycle: "live", config } } })
}

/** What is in the artifact of a resource that runs a command: each path with its mode, and what its manifest says. */
async function built(folder: Folder, command: string[], src?: string) {
  await using result = await buildArtifacts(stackOf(command, src), { directory: folder.path })
  const { entries, files } = await unpack(await readFile(result.artifacts[0]?.file ?? ""))
  const modes = Object.fromEntries(
    entries.map(({ name, mode, linkname }) => [name, linkname ?? (mode ?? 0).toString(8)]),
  )
  return {
    modes,
    manifest: JSON.parse(files["manifest.json"] ?? ""),
    contents: result.contents[0],
    sha256: result.artifacts[0]?.sha256,
  }
}

const rejection = (folder: Folder, command: string[], src?: string): Promise<unknown> =>
  built(folder, command, src).then(
    () => undefined,
    (error: unknown) => error,
  )

/** The first bytes of an ELF file for ARM, 64 bits. */
const ARM = `\x7fELF\x02\x01\x01${"\0".repeat(11)}\xb7\0${"\0".repeat(44)}`

describe("a source that a command runs: it", () => {
  test("travels as it lies there, with what may be executed, and no entry is asked for", async () => {
    await using folder = await folderWith({ "api/main.py": "", "api/bin/tool": "#!/bin/sh", "api/manifest.json": "{}" })
    await chmod(join(folder.path, "api/bin/tool"), 0o711)
    const { modes, manifest, contents } = await built(folder, ["python3", "main.py"])
    expect(modes).toEqual({
      "app/bin/tool": "755",
      "app/main.py": "644",
      "app/manifest.json": "644",
      "manifest.json": "644",
    })
    expect(manifest).toEqual({ kind: "command", root: "app" })
    expect(contents?.files).toContainEqual({ path: "main.py", bytes: 0, why: "folder" })
    expect(contents).not.toHaveProperty("leftOut")
  })

  test("leaves out secrets, caches and what belongs to this machine, and says so", async () => {
    await using folder = await folderWith({
      "api/main.py": "",
      "api/node_modules/a/index.js": "",
      "api/.next/server.js": "",
      ...{ "api/.env": "", "api/.env.local": "", "api/.git/HEAD": "", "api/.alien/dev.json": "" },
      ...{ "api/__pycache__/main.pyc": "", "api/env/pyvenv.cfg": "", "api/target/CACHEDIR.TAG": "" },
    })
    const { modes, contents } = await built(folder, ["python3", "main.py"])
    expect(Object.keys(modes)).toEqual([
      ...["app/.next/server.js", "app/main.py", "app/node_modules/a/index.js", "manifest.json"],
    ])
    const leftOut = [".alien", ".env", ".env.local", ".git", "__pycache__", "env", "target"]
    expect(contents?.leftOut).toEqual(leftOut)
  })

  test("takes what package.json names, where it names something", async () => {
    const files = ["main.py", ".env", "node_modules/a", "lib/*.py"]
    await using folder = await folderWith({
      ...{ "api/main.py": "", "api/other.py": "", "api/.env": "", "api/lib/a.py": "", "api/lib/a.txt": "" },
      ...{ "api/package.json": JSON.stringify({ files }), "api/node_modules/a/index.js": "" },
    })
    const { modes } = await built(folder, ["python3", "main.py"])
    const places = ["app/.env", "app/lib/a.py", "app/main.py", "app/node_modules/a/index.js", "manifest.json"]
    expect(Object.keys(modes)).toEqual(places)
  })

  test("keeps links within the folder, and takes the file that one to elsewhere leads to", async () => {
    await using folder = await folderWith({
      "api/node_modules/.store/a/index.js": "",
      "api/main.py": "",
      "shared.py": "one",
    })
    const link = (to: string, at: string) => symlink(to, join(folder.path, "api", at))
    await link(".store/a", "node_modules/a")
    await link("../shared.py", "shared.py")
    await link("./main.py", "run")
    const { modes } = await built(folder, ["python3", "main.py"])
    expect(modes).toMatchObject({
      "app/node_modules/a": ".store/a",
      "app/shared.py": "644",
      "app/run": "main.py",
    })
    await link("../..", "out")
    expect(await rejection(folder, ["python3", "main.py"])).toMatchObject({
      code: "file_not_carried",
      message: expect.stringMatching(/^api\/out is a link to \.\.\/\.\./),
    })
  })

  test("is bundled as without a command where the command names no file of it but the bundle", async () => {
    await using folder = await folderWith({ "api/index.ts": `console.log("up")`, "api/server.js": "" })
    expect((await built(folder, ["node", "index.mjs", "--port"])).manifest).toMatchObject({ kind: "program" })
    expect((await built(folder, ["node", "server.js"])).manifest).toMatchObject({ kind: "command" })
    expect((await built(folder, ["node", "server"], "api/index.ts").catch((error) => error)).code).toBe(
      "command_not_found",
    )
  })

  test("may be one file that is no module", async () => {
    await using folder = await folderWith({ "bin/server": ARM, "bin/other": "" })
    await chmod(join(folder.path, "bin/server"), 0o755)
    const { modes } = await built(folder, ["./server"], "bin/server")
    expect(Object.keys(modes)).toEqual(["app/server", "manifest.json"])
  })

  test("is for the machines that its program, or all of its addons, are for", async () => {
    await using folder = await folderWith({ "api/server": "", "api/a.node": "", "api/b.node": "" })
    const write = (name: string, text: string) => writeFile(join(folder.path, "api", name), Buffer.from(text, "latin1"))
    await write("server", ARM)
    await chmod(join(folder.path, "api/server"), 0o755)
    expect((await built(folder, ["./server"])).manifest).toMatchObject({ target: "linux-arm64" })
    expect((await built(folder, ["python3", "-m", "server"])).manifest).not.toHaveProperty("target")
    await write("a.node", ARM)
    expect((await built(folder, ["python3", "-m", "server"])).manifest).toMatchObject({ target: "linux-arm64" })
    await write("b.node", ARM.replace("\xb7", "\x3e"))
    expect((await built(folder, ["python3", "-m", "server"])).manifest).not.toHaveProperty("target")
  })

  test.each<[string, string[], string]>([
    ["a program", ["./server"], "./server does not travel"],
    ["a script", ["python3.11", "app.py"], "app.py does not travel"],
    ["a program that may not be executed", ["./main.py"], "chmod +x"],
  ])("refuses a command that names %s which is not there, before anything runs", async (_, command, message) => {
    await using folder = await folderWith({ "api/main.py": "" })
    expect(await rejection(folder, command)).toMatchObject({
      code: "command_not_found",
      message: expect.stringContaining(message),
    })
  })

  test("takes options, modules by name and folders as arguments of an interpreter", async () => {
    await using folder = await folderWith({ "api/pkg/__main__.py": "", "api/server.cjs": "" })
    for (const command of [
      ["python3", "-m", "pkg"],
      ["python3", "pkg"],
      ["node", "."],
      ["node", "./server"],
      ["sh", "-c", "true"],
    ])
      expect(await rejection(folder, command)).toBeUndefined()
  })

  test("refuses more than an artifact holds, before it is read", async () => {
    await using folder = await folderWith({ "api/main.py": "" })
    await writeFile(join(folder.path, "api/model.bin"), "")
    await truncate(join(folder.path, "api/model.bin"), 513 * 1024 * 1024)
    expect(await rejection(folder, ["python3", "main.py"])).toMatchObject({ code: "artifact_too_large" })
  })

  test("gives the same bytes wherever it lies, and others where a file may be executed", async () => {
    const files = { "api/main.py": "", "api/tool": "" }
    await using one = await folderWith(files)
    await using other = await folderWith(files, "deep/er")
    const first = await built(one, ["python3", "main.py"])
    expect((await built(other, ["python3", "main.py"])).sha256).toBe(first.sha256)
    await chmod(join(other.path, "api/tool"), 0o755)
    expect((await built(other, ["python3", "main.py"])).sha256).not.toBe(first.sha256)
  })
})
