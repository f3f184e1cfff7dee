import { readdirSync } from "node:fs"
import { chmod, readFile, stat, utimes } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseStack, type StackConfig, sha256Hex } from "@alienplatform/core"
import { afterEach, describe, expect, test, vi } from "vitest"
import { type BuildProgress, buildArtifacts } from "./build-artifacts.ts"
import { type Folder, folderWith } from "./files.fixture.ts"
import { unpack } from "./unpack.fixture.ts"

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

const typescript = { type: "typescript" }
const stackOf = (resources: Record<string, object>): StackConfig =>
  parseStack({
    id: "shop",
    resources: Object.fromEntries(
      Object.entries(resources).map(([id, config]) => [
        id,
        { lifecycle: "live", config: { type: "worker", id, ...config } },
      ]),
    ),
  })
const api = (src = "api", toolchain: object = typescript) =>
  stackOf({ api: { code: { type: "source", src, toolchain } } })

const HELLO = `export default { fetch: (): Response => new Response("hello") }`

/** Builds the stack of `api` and gives the text of the two files in its archive. */
async function filesOf(folder: Folder, stack = api()): Promise<Record<string, string>> {
  await using built = await buildArtifacts(stack, { directory: folder.path })
  const [artifact] = built.artifacts
  return artifact ? (await unpack(await readFile(artifact.file))).files : {}
}

/** Runs the built module in this process and asks it. */
async function answerOf(folder: Folder, stack = api()): Promise<string> {
  const module = (await filesOf(folder, stack))["index.mjs"] ?? ""
  // In node_modules, so that the test runner leaves it to Node.
  await using run = await folderWith({ "node_modules/index.mjs": module })
  const { default: handler } = await import(pathToFileURL(join(run.path, "node_modules/index.mjs")).href)
  return (await handler.fetch(new Request("https://api.test/"))).text()
}

const rejection = async (folder: Folder, stack = api()): Promise<unknown> =>
  buildArtifacts(stack, { directory: folder.path }).then(
    () => undefined,
    (error: unknown) => error,
  )

describe("building artifacts: it", () => {
  test("replaces source by a content-addressed archive with manifest and module", async () => {
    await using folder = await folderWith({ "api/src/index.ts": HELLO })
    const stack = api()
    await using built = await buildArtifacts(stack, { directory: folder.path })
    const [artifact] = built.artifacts
    const packed = await readFile(artifact?.file ?? "")
    expect(built.artifacts).toEqual([{ sha256: sha256Hex(packed), size: packed.length, file: artifact?.file }])
    expect(built.stack.resources.api?.config.code).toEqual({
      type: "artifact",
      sha256: artifact?.sha256,
      toolchain: typescript,
    })
    expect(parseStack(built.stack)).toEqual(built.stack)
    expect(stack.resources.api?.config.code.type).toBe("source")
    const { files } = await unpack(packed)
    expect(Object.keys(files)).toEqual(["index.mjs", "index.mjs.map", "manifest.json"])
    expect(JSON.parse(files["manifest.json"] ?? "")).toEqual({
      kind: "worker",
      entry: "index.mjs",
      files: ["index.mjs.map"],
    })
  })

  test("has nothing on the disk while it builds, so that one that is killed leaves nothing", async () => {
    await using folder = await folderWith({ "api/index.ts": HELLO, "tmp/.keep": "" })
    vi.stubEnv("TMPDIR", join(folder.path, "tmp"))
    const seen: string[][] = []
    const onProgress = () => seen.push(readdirSync(tmpdir()))
    await using _ = await buildArtifacts(api(), { directory: folder.path, onProgress })
    expect(seen).toEqual([[".keep"], [".keep"]])
    expect(readdirSync(tmpdir())).toEqual([".keep", expect.stringMatching(/^alien-build-/)])
  })

  test("removes its archives when disposed", async () => {
    await using folder = await folderWith({ "api/index.ts": HELLO })
    const built = await buildArtifacts(api(), { directory: folder.path })
    await built[Symbol.asyncDispose]()
    await expect(stat(built.artifacts[0]?.file ?? "")).rejects.toMatchObject({ code: "ENOENT" })
  })

  test("tells its progress, leaves images alone, and lists a shared archive once", async () => {
    await using folder = await folderWith({ "api/index.ts": HELLO })
    const code = { type: "source", src: "./api", toolchain: typescript }
    const image = { type: "image", image: "ghcr.io/acme/api:1" }
    const progress: BuildProgress[] = []
    await using built = await buildArtifacts(stackOf({ one: { code }, two: { code: image }, three: { code } }), {
      directory: folder.path,
      onProgress: (step) => progress.push(step),
    })
    expect(built.artifacts).toHaveLength(1)
    expect(Object.keys(built.stack.resources)).toEqual(["one", "two", "three"])
    expect(built.stack.resources.two?.config.code).toEqual(image)
    expect(progress).toEqual([
      { resource: "one", state: "building" },
      { resource: "one", state: "built" },
      { resource: "three", state: "building" },
      { resource: "three", state: "built" },
    ])
  })

  test("calls what is not a worker a program, which needs no default export", async () => {
    await using folder = await folderWith({ "api/index.ts": `console.log("up")` })
    const files = await filesOf(
      folder,
      stackOf({ api: { type: "daemon", code: { type: "source", src: "api", toolchain: typescript } } }),
    )
    expect(JSON.parse(files["manifest.json"] ?? "")).toMatchObject({ kind: "program" })
  })

  test.each<[string, Record<string, string>, string]>([
    [
      "package.json main",
      { "api/package.json": `{"main":"lib/a.ts"}`, "api/lib/a.ts": HELLO, "api/index.ts": "-" },
      "api",
    ],
    ["src/index.ts", { "api/package.json": "{}", "api/src/index.ts": HELLO, "api/index.ts": "-" }, "api"],
    ["index.ts", { "api/index.ts": HELLO }, "./api/"],
    ["index.ts before index.js", { "api/index.js": "-", "api/index.ts": HELLO }, "api"],
    ["a file", { "api/other.mjs": `export default { fetch: () => new Response("hello") }` }, "api/other.mjs"],
    ["the stack's own folder", { "src/index.ts": HELLO }, "."],
    [
      "index.tsx, its JSX as tsconfig has it",
      {
        "tsconfig.json": `{"compilerOptions":{"jsxFactory":"make"}}`,
        "api/index.tsx": `const make = (name: string): string => name\nexport default { fetch: () => new Response(<hello />) }`,
      },
      "api",
    ],
    ["index.js", { "api/index.js": `export default { fetch: () => new Response("hello") }` }, "api"],
    ["src/index.mjs", { "api/src/index.mjs": `export default { fetch: () => new Response("hello") }` }, "api"],
    [
      "index.cjs that was compiled from an ES module",
      {
        "api/index.cjs": `Object.defineProperty(exports, "__esModule", { value: true })
          exports.default = { fetch: () => new Response("hello") }`,
      },
      "api",
    ],
    ["index.cjs", { "api/index.cjs": `module.exports = { fetch: () => new Response("hello") }` }, "api"],
  ])("starts from %s", async (_case, files, src) => {
    await using folder = await folderWith(files)
    expect(await answerOf(folder, api(src))).toBe("hello")
  })

  test("bundles dependencies, CommonJS and JSON with it", async () => {
    await using folder = await folderWith({
      "api/index.ts": `import greet from "greet"\nimport { name } from "./name.json"\nexport default { fetch: () => new Response(greet(name)) }`,
      "api/name.json": `{"name":"shop"}`,
      "node_modules/greet/package.json": `{"name":"greet"}`,
      "node_modules/greet/index.js": `const { format } = require("util"); module.exports = (name) => format("hello %s %s", name, typeof __dirname)`,
    })
    expect(await answerOf(folder)).toBe("hello shop string")
  })

  test("runs a source that makes its own require and __dirname", async () => {
    await using folder = await folderWith({
      "api/index.ts": `import { createRequire } from "node:module"
        const require = createRequire(import.meta.url)
        const __dirname = "mine"
        export default { fetch: () => new Response(__dirname + typeof require("node:fs").readFile) }`,
    })
    expect(await answerOf(folder)).toBe("minefunction")
  })

  test("gives a source its SDK when none is installed", async () => {
    vi.stubEnv("ALIEN_API_BINDING", JSON.stringify({ service: "worker", publicUrl: "https://api.test", endpoints: {} }))
    await using folder = await folderWith({
      "api/index.ts": `import { func } from "@alienplatform/sdk"
        export default { fetch: async () => new Response(await (await func("api")).getUrl()) }`,
    })
    expect(await answerOf(folder)).toBe("https://api.test")
  })

  test("leaves a source the SDK that it has installed", async () => {
    await using folder = await folderWith({
      "api/index.ts": `import { func } from "@alienplatform/sdk"\nexport default { fetch: () => new Response(func()) }`,
      "node_modules/@alienplatform/sdk/package.json": `{"name":"@alienplatform/sdk","type":"module","exports":"./index.js"}`,
      "node_modules/@alienplatform/sdk/index.js": `export const func = () => "installed"`,
    })
    expect(await answerOf(folder)).toBe("installed")
  })
})

describe("the hash of an artifact: it", () => {
  const project = {
    "api/src/index.ts": `import { func } from "@alienplatform/sdk"\nimport greet from "greet"\nexport default { fetch: () => new Response(greet(func)) }`,
    "api/node_modules/greet/index.js": `// a comment\nmodule.exports = (name) => "hello " + name`,
  }
  const hashIn = async (below: string, files: Record<string, string> = project, src = "api"): Promise<unknown> => {
    await using folder = await folderWith(files, below)
    await using built = await buildArtifacts(api(src), { directory: folder.path })
    return built.artifacts[0]?.sha256
  }

  test("does not depend on the folder, its depth, or the order of files", async () => {
    const reversed = Object.fromEntries(Object.entries(project).reverse())
    expect(await hashIn("deep/er/than")).toBe(await hashIn("."))
    expect(await hashIn("other", reversed)).toBe(await hashIn("."))
  })

  test("does not depend on how the source's folder is written", async () => {
    expect(await hashIn(".", project, "./api/../api/")).toBe(await hashIn("."))
  })

  test("does not depend on the time", async () => {
    const now = await hashIn(".")
    vi.useFakeTimers({ now: new Date("2001-02-03T04:05:06Z"), toFake: ["Date"] })
    expect(await hashIn(".")).toBe(now)
  })

  test("does not depend on the time of files that travel, or who else may read them", async () => {
    const files = {
      ...project,
      "api/package.json": `{"files":["public"]}`,
      "api/src/data.json": "{}",
      "api/src/index.ts": `export const data = new URL("./data.json", import.meta.url)\nexport { default } from "./hello.ts"`,
      "api/src/hello.ts": HELLO,
      "api/public/b.txt": "b",
      "api/public/a.txt": "a",
    }
    await using folder = await folderWith(Object.fromEntries(Object.entries(files).reverse()), "other")
    for (const name of Object.keys(files)) {
      await chmod(join(folder.path, name), 0o600)
      await utimes(join(folder.path, name), 1, 1)
    }
    await using built = await buildArtifacts(api(), { directory: folder.path })
    expect(built.contents[0]?.files.map(({ path }) => path)).toContain("public/a.txt")
    expect(built.artifacts[0]?.sha256).toBe(await hashIn(".", files))
  })

  test("changes with the source", async () => {
    const changed = { ...project, "api/node_modules/greet/index.js": `module.exports = () => "bye"` }
    expect(await hashIn(".", changed)).not.toBe(await hashIn("."))
  })
})

describe("a source that cannot be built: it", () => {
  test.each<[string, Record<string, string>, string, string[]]>([
    ["a missing folder", {}, "./nowhere", ["nowhere"]],
    [
      "a folder without an entry",
      { "api/readme.md": "" },
      "api",
      ["api/src/index.{ts,tsx,js,mjs,cjs}", "api/index.{ts,tsx,js,mjs,cjs}"],
    ],
    ["a missing main", { "api/package.json": `{"main":"dist/a.js"}`, "api/index.ts": HELLO }, "api", ["api/dist/a.js"]],
  ])("is source_not_found with the paths tried for %s", async (_case, files, src, tried) => {
    await using folder = await folderWith({ "alien.ts": "", ...files })
    expect(await rejection(folder, api(src))).toMatchObject({
      code: "source_not_found",
      message: expect.stringContaining(`the source of "api" is not at ${tried.join(" or ")} in ${folder.path}`),
      context: { tried },
    })
  })

  test.each([
    ["text", "{"],
    ["a main that is a number", `{"main":1}`],
  ])("is package_file_invalid for %s", async (_case, content) => {
    await using folder = await folderWith({ "api/package.json": content, "api/index.ts": HELLO })
    expect(await rejection(folder)).toMatchObject({
      code: "package_file_invalid",
      message: expect.stringContaining(join(folder.path, "api/package.json")),
    })
  })

  test("is build_failed with file:line:column of every error", async () => {
    await using folder = await folderWith({
      "api/src/index.ts": `import "./part.ts"\nimport x from "no-such-package"\nimport { y } from "./other.ts"\nexport default { fetch: () => x + y }`,
      "api/src/part.ts": "const = 1",
      "api/src/other.ts": "export const z = 1",
    })
    expect(await rejection(folder)).toMatchObject({
      code: "build_failed",
      message: expect.stringMatching(/^the source of "api" could not be built:\n {2}api\/src\//),
      context: {
        errors: expect.arrayContaining([
          expect.stringMatching(/^api\/src\/part\.ts:1:7: Expected identifier/),
          expect.stringMatching(/^api\/src\/index\.ts:2:15: Could not resolve "no-such-package"/),
        ]),
      },
    })
  })

  test("is build_failed with the way out for an import of what is no module", async () => {
    await using folder = await folderWith({
      "api/index.ts": `import logo from "./logo.png"\nconsole.log(logo)\n${HELLO}`,
      "api/logo.png": "",
    })
    expect(await rejection(folder)).toMatchObject({
      code: "build_failed",
      message: expect.stringMatching(/api\/index\.ts:1:18: No loader .*; read it with readFileSync\(new URL/),
    })
  })

  test.each<[string, Record<string, string>]>([
    ["a compiled file", { "api/index.ts": `import "./x.node"\n${HELLO}`, "api/x.node": "" }],
    [
      "a package that loads one",
      {
        "api/index.ts": `import "fast"\n${HELLO}`,
        "node_modules/fast/package.json": `{"name":"fast"}`,
        "node_modules/fast/index.js": `module.exports = require("node-gyp-build")(__dirname)`,
      },
    ],
  ])("is native_module_not_supported for %s", async (_case, files) => {
    await using folder = await folderWith(files)
    expect(await rejection(folder)).toMatchObject({
      code: "native_module_not_supported",
      message: expect.stringMatching(/^the source of "api" needs (?:x\.node|node-gyp-build), whose compiled code/),
      context: { resource: "api" },
    })
  })

  test("takes a JavaScript file whose name has .node in it", async () => {
    await using folder = await folderWith({
      "api/index.ts": `import { text } from "./render.node"\nexport default { fetch: () => new Response(text) }`,
      "api/render.node.ts": `export const text = "rendered"`,
    })
    expect(await answerOf(folder)).toBe("rendered")
  })

  test("is handler_missing for a worker without default export", async () => {
    await using folder = await folderWith({ "api/index.ts": "export const fetch = () => 1" })
    expect(await rejection(folder)).toMatchObject({
      code: "handler_missing",
      message: expect.stringContaining("api/index.ts has no default export"),
    })
  })

  const rust = { type: "rust", binaryName: "api" }
  test.each([
    ["rust for a worker", "worker", rust, "is a worker, a module that default-exports fetch"],
    ["rust for a function", "function", rust, "declare it as a Container or a Daemon"],
  ])("is toolchain_not_supported for %s, before anything is built", async (_case, type, toolchain, message) => {
    await using folder = await folderWith({})
    const stack = stackOf({ api: { type, code: { type: "source", src: "nowhere", toolchain } } })
    expect(await rejection(folder, stack)).toMatchObject({
      code: "toolchain_not_supported",
      message: expect.stringContaining(message),
      context: { resource: "api", toolchain: toolchain.type },
    })
  })

  test("is source_not_found for rust where no Cargo.toml lies", async () => {
    await using folder = await folderWith({ "agent/src/main.rs": "" })
    const stack = stackOf({ agent: { type: "daemon", code: { type: "source", src: "./agent", toolchain: rust } } })
    expect(await rejection(folder, stack)).toMatchObject({
      code: "source_not_found",
      message: expect.stringContaining(`the source of "agent" is not at agent/Cargo.toml in ${folder.path}`),
      context: { tried: ["agent/Cargo.toml"] },
    })
  })

  test("is build_failed with the first twenty errors and the number of the others", async () => {
    const imports = Array.from({ length: 25 }, (_, index) => `import "missing-${index}"`)
    await using folder = await folderWith({ "api/index.ts": `${imports.join("\n")}\n${HELLO}` })
    const error = await rejection(folder)
    expect(error).toMatchObject({ code: "build_failed", message: expect.stringMatching(/\n {2}… and 5 more$/) })
    expect(error).toHaveProperty("context.errors.length", 20)
  })
})
