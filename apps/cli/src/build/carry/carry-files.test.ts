import { chmod, readFile, rm, symlink } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseStack, type StackConfig } from "@alienplatform/core"
import { describe, expect, test } from "vitest"
import { buildArtifacts } from "../build-artifacts.ts"
import { type Folder, folderWith } from "../files.fixture.ts"
import { unpack } from "../unpack.fixture.ts"

const stackOf = (src: string): StackConfig => {
  const code = { type: "source", src, toolchain: { type: "typescript" } }
  return parseStack({
    id: "shop",
    resources: { api: { lifecycle: "live", config: { type: "worker", id: "api", code } } },
  })
}

async function filesOf(folder: Folder, src = "api"): Promise<Record<string, string>> {
  await using built = await buildArtifacts(stackOf(src), { directory: folder.path })
  return (await unpack(await readFile(built.artifacts[0]?.file ?? ""))).files
}

/** What the built module answers, run where its files lie beside it and the source is out of reach. */
async function answerOf(files: Record<string, string>): Promise<string> {
  // In node_modules, so that the test runner leaves it to Node.
  await using run = await folderWith(files, "node_modules/built")
  const { default: handler } = await import(pathToFileURL(join(run.path, "index.mjs")).href)
  return (await handler.fetch(new Request("https://api.test/"))).text()
}

const rejection = async (folder: Folder, src = "api"): Promise<unknown> =>
  filesOf(folder, src).then(
    () => undefined,
    (error: unknown) => error,
  )

/** A worker that answers with what the expression reads. */
const reading = (expression: string, head = "") =>
  `import { readFileSync, readdirSync } from "node:fs"\nimport { dirname, join } from "node:path"\nimport { fileURLToPath } from "node:url"\n${head}\nexport default { fetch: (): Response => new Response(${expression}) }`

const PACKAGE = { "package.json": `{"type":"module"}` }

describe("a file that a source reaches from its own place: it", () => {
  test("may be executed where it may be executed here", async () => {
    await using folder = await folderWith({
      ...PACKAGE,
      "api/index.ts": reading(`readFileSync(new URL("./tool", import.meta.url))`),
      "api/tool": "#!/bin/sh",
    })
    await chmod(join(folder.path, "api/tool"), 0o700)
    await using built = await buildArtifacts(stackOf("api"), { directory: folder.path })
    const { entries } = await unpack(await readFile(built.artifacts[0]?.file ?? ""))
    expect(entries.find(({ name }) => name === "api/tool")?.mode).toBe(0o755)
  })

  test.each<[string, string]>([
    ["a URL", `readFileSync(new URL("./data.txt", import.meta.url))`],
    ["a URL in single quotes over several lines", `readFileSync(new URL(\n'./data.txt',\nimport.meta.url,\n))`],
    ["a URL in a template", "readFileSync(new URL(`data.txt`, import.meta.url))"],
    ["a URL with a query", `readFileSync(fileURLToPath(new URL("./data.txt?raw", import.meta.url)))`],
    ["a joined path", `readFileSync(join(import.meta.dirname, "data.txt"))`],
    [
      "a joined path of the file's folder",
      `readFileSync(join(dirname(fileURLToPath(import.meta.url)), "..", "lib", "data.txt"))`,
    ],
    ["the folder of the file's name", `readFileSync(join(dirname(import.meta.filename), "data.txt"))`],
    ["an added path", `readFileSync(import.meta.dirname + "/data.txt")`],
    ["a path in a template", `readFileSync(\`\${import.meta.dirname}/data.txt\`)`],
    ["import.meta.resolve", `readFileSync(fileURLToPath(import.meta.resolve("./data.txt")))`],
    ["__dirname", `readFileSync(join(__dirname, "data.txt"))`],
  ])("travels and is found by %s", async (_case, expression) => {
    await using folder = await folderWith({
      ...PACKAGE,
      "api/index.ts": `export { default } from "./lib/handler.ts"`,
      "api/lib/handler.ts": reading(expression),
      "api/lib/data.txt": "carried",
    })
    const files = await filesOf(folder)
    expect(Object.keys(files)).toEqual(["api/lib/data.txt", "index.mjs", "index.mjs.map", "manifest.json"])
    expect(await answerOf(files)).toBe("carried")
  })

  test("travels with everything in its folder", async () => {
    await using folder = await folderWith({
      "api/index.ts": reading(`readdirSync(new URL("./sql/", import.meta.url), { recursive: true }).sort().join()`),
      "api/sql/1.sql": "",
      "api/sql/more/2.sql": "",
      "api/sql/node_modules/x.sql": "",
    })
    expect(await answerOf(await filesOf(folder))).toBe(["1.sql", "more", "more/2.sql"].join())
  })

  test("travels from a package, in JavaScript of either kind", async () => {
    await using folder = await folderWith({
      ...PACKAGE,
      "api/index.ts": `import { a } from "es"\nimport b from "cjs"\nexport default { fetch: () => new Response(a + b) }`,
      "node_modules/es/package.json": `{"name":"es","type":"module"}`,
      "node_modules/es/index.js": `import { readFileSync } from "node:fs"; export const a = readFileSync(new URL("a.txt", import.meta.url), "utf8"); export const lost = () => new URL("lost.txt", import.meta.url)`,
      "node_modules/es/a.txt": "A",
      "node_modules/cjs/package.json": `{"name":"cjs"}`,
      "node_modules/cjs/index.js": `"use strict"; module.exports = require("fs").readFileSync(require("path").join(__dirname, "b.txt"), "utf8")`,
      "node_modules/cjs/b.txt": "B",
    })
    expect(await answerOf(await filesOf(folder))).toBe("AB")
  })

  test.each<[string, string, string]>([
    ["a constant of its folder", "const here = import.meta.dirname", `join(here, "data.txt")`],
    [
      "__dirname as it is often made",
      "const __dirname = dirname(fileURLToPath(import.meta.url));",
      `\`\${__dirname}/data.txt\``,
    ],
    [
      "__dirname made from __filename",
      "const __filename: string = fileURLToPath(import.meta.url)\nconst __dirname = dirname(__filename)",
      `join(__dirname, "data.txt")`,
    ],
    ["the folder of a constant", "const file = import.meta.filename", `dirname(file) + "/data.txt"`],
    [
      "a constant that is also compared",
      "const file = fileURLToPath(import.meta.url)\nif (process.argv[1] === file) process.exit(1)",
      `join(dirname(file), "data.txt")`,
    ],
    ["a constant that comments name too", "const here = import.meta.dirname // here is", `here + "/data.txt"`],
  ])("travels and is found by %s", async (_case, head, path) => {
    await using folder = await folderWith({
      ...PACKAGE,
      "api/index.ts": `export { default } from "./lib/handler.ts"`,
      "api/lib/handler.ts": reading(`readFileSync(${path})`, head),
      "api/lib/data.txt": "carried",
    })
    const files = await filesOf(folder)
    expect(Object.keys(files)).toContain("api/lib/data.txt")
    expect(await answerOf(files)).toBe("carried")
  })

  test.each<[string, string, string, string]>([
    ["is joined with a value", "const here = import.meta.dirname", "join(here, process.env.NAME)", "api/index.ts:5:"],
    ["is exported", "export const here = import.meta.dirname", `join(here, "data.txt")`, "api/index.ts:4:"],
    ["is a key too", "const here = import.meta.dirname", `join({ here: "x" }.here, here)`, "api/index.ts:4:"],
    ["is started", "const self = fileURLToPath(import.meta.url)", "self", "api/index.ts:5:"],
  ])("is file_not_carried where a constant of its place %s", async (_case, head, path, place) => {
    await using folder = await folderWith({ "api/index.ts": reading(`readFileSync(${path})`, head) })
    expect(await rejection(folder)).toMatchObject({
      code: "file_not_carried",
      message: expect.stringContaining(place),
    })
  })

  test("travels by a link to a folder beside it; one that leads elsewhere, or up, is refused", async () => {
    await using folder = await folderWith({
      "api/index.ts": reading(
        `readFileSync(new URL("./all/linked/data.txt", import.meta.url))`,
        "const all = new URL('./all', import.meta.url); all.href",
      ),
      "api/all/real/data.txt": "carried",
      "elsewhere/data.txt": "",
    })
    await symlink("real", join(folder.path, "api/all/linked"))
    expect(await answerOf(await filesOf(folder))).toBe("carried")
    for (const target of ["../../elsewhere", ".."]) {
      await symlink(target, join(folder.path, "api/all/stray"))
      expect(await rejection(folder)).toMatchObject({
        code: "file_not_carried",
        message: expect.stringContaining("a link to a folder that does not lie in it, api/all/stray"),
      })
      await rm(join(folder.path, "api/all/stray"))
    }
  })

  test("travels from outside of the package's folder by a URL", async () => {
    await using folder = await folderWith({
      "api/package.json": "{}",
      "api/src/index.ts": reading(`readFileSync(new URL("../../shared/data.txt", import.meta.url))`),
      "shared/data.txt": "shared",
    })
    const files = await filesOf(folder)
    expect(Object.keys(files)).toContain("_up/shared/data.txt")
    expect(await answerOf(files)).toBe("shared")
  })

  test("is not looked for in comments, texts and addresses elsewhere", async () => {
    await using folder = await folderWith({
      "api/index.ts": `// new URL("./comment", import.meta.url)
        const text = 'new URL("./text", import.meta.url)'
        const elsewhere = new URL("https://elsewhere.test/a", import.meta.url)
        export default { fetch: () => new Response(text + elsewhere.pathname) }`,
    })
    expect(await answerOf(await filesOf(folder))).toBe(`new URL("./text", import.meta.url)/a`)
  })

  test("leaves a program what it compares with its start", async () => {
    await using folder = await folderWith({
      "api/index.ts": `import { fileURLToPath } from "node:url"
        const self = fileURLToPath(import.meta.url)
        export default { fetch: () => new Response(String([self.endsWith("/built/index.mjs"), process.argv[1] === self])) }`,
    })
    expect(await answerOf(await filesOf(folder))).toBe("true,false")
  })

  test("is an input of the build, as its folder is", async () => {
    await using folder = await folderWith({
      "api/index.ts": reading(`[new URL("./one.txt", import.meta.url), new URL("./all", import.meta.url)].join()`),
      "api/one.txt": "",
      "api/all/two.txt": "",
    })
    const memory = new Map()
    await using _ = await buildArtifacts(stackOf("api"), { directory: folder.path, memory })
    const [{ inputs }] = [...memory.values()]
    expect(inputs).toEqual(
      expect.arrayContaining(["api/one.txt", "api/all/two.txt", "api/all"].map((name) => join(folder.path, name))),
    )
  })
})

describe("a reference that leads to no file: it", () => {
  const head = `import { Worker } from "node:worker_threads"\nconst name = process.env.NAME ?? ""`
  test.each<[string, string, string]>([
    [
      "a missing file",
      `readFileSync(new URL("./lost.txt", import.meta.url))`,
      `"./lost.txt" is not there (api/lost.txt)`,
    ],
    ["a value", "readFileSync(new URL(name, import.meta.url))", "known only when it runs"],
    ["a template with a value", `readFileSync(new URL(\`./\${name}\`, import.meta.url))`, "known only when it runs"],
    ["a joined value", "readFileSync(join(import.meta.dirname, name))", "known only when it runs"],
    ["a joined value of __dirname", "readFileSync(join(__dirname, name))", "known only when it runs"],
    [
      "the source's own folder",
      `readFileSync(join(fileURLToPath(new URL(".", import.meta.url)), name))`,
      "the source itself",
    ],
    ["a package that is resolved", `readFileSync(import.meta.resolve(name))`, "known only when it runs"],
    ["a thread", `new Worker(new URL("./thread.js", import.meta.url)).threadId + ""`, "a thread's module"],
  ])("is file_not_carried with its line for %s", async (_case, expression, message) => {
    await using folder = await folderWith({ "api/index.ts": reading(expression, head), "api/thread.js": "" })
    expect(await rejection(folder)).toMatchObject({
      code: "file_not_carried",
      message: expect.stringMatching(/^api\/index\.ts:6:\d+: /),
      context: { file: "api/index.ts", line: 6 },
    })
    expect(await rejection(folder)).toHaveProperty("message", expect.stringContaining(message))
  })

  test("is file_not_carried for a require of the source's own, but for Node's modules", async () => {
    const made = `import { createRequire } from "node:module"\nconst load = createRequire(import.meta.url)\n`
    const answer = (text: string) => `${made}export default { fetch: () => new Response(String(${text})) }`
    await using folder = await folderWith({
      "api/index.ts": answer(`load("./data.json").a`),
      "api/data.json": "{}",
      "node.ts": answer(`typeof load("node:fs").readFileSync`),
    })
    expect(await rejection(folder)).toMatchObject({
      code: "file_not_carried",
      message: `api/index.ts:2:28: "./data.json" is asked of a require that no bundler follows; import it`,
    })
    expect(await answerOf(await filesOf(folder, "node.ts"))).toBe("function")
  })

  test("leaves import.meta.resolve of a value to Node where the package names its files", async () => {
    await using folder = await folderWith({
      "api/package.json": `{"files":[]}`,
      "api/index.ts": reading("import.meta.resolve(name)", `const name = "node:" + "fs"`),
    })
    expect(await answerOf(await filesOf(folder))).toBe("node:fs")
  })

  test("is taken where the package names its files, and finds them", async () => {
    await using folder = await folderWith({
      "api/package.json": `{"files":["public"]}`,
      "api/src/index.ts": reading(
        `readFileSync(new URL(name, import.meta.url))`,
        `const name = "../public/" + "index.html"`,
      ),
      "api/public/index.html": "<p>hello",
    })
    expect(await answerOf(await filesOf(folder))).toBe("<p>hello")
  })
})

describe("an import of what is no module: it", () => {
  test.each(["html", "txt", "sql", "css", "svg"])("gives the text of .%s", async (extension) => {
    await using folder = await folderWith({
      "api/index.ts": `import text from "./a.${extension}"\nexport default { fetch: () => new Response(text) }`,
      [`api/a.${extension}`]: "the text",
    })
    expect(await answerOf(await filesOf(folder))).toBe("the text")
  })

  test("gives a WebAssembly.Module of .wasm, which travels", async () => {
    await using folder = await folderWith({
      "api/index.ts": `import module from "./empty.wasm"\nexport default { fetch: () => new Response(String(new WebAssembly.Instance(module))) }`,
      "api/empty.wasm": "\0asm\x01\0\0\0",
    })
    const files = await filesOf(folder)
    expect(Object.keys(files)).toContain("empty.wasm")
    expect(await answerOf(files)).toBe("[object WebAssembly.Instance]")
  })

  test("is build_failed with file and line for others", async () => {
    await using folder = await folderWith({
      "api/index.ts": `import a from "./a.png"\nexport default { fetch: () => new Response(a) }`,
      "api/a.png": "",
    })
    expect(await rejection(folder)).toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("api/index.ts:1:15: No loader is configured"),
    })
  })
})
