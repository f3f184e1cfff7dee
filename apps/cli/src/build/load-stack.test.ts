import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { fakeManager } from "../testing/fake-manager.ts"
import { folderWith } from "./files.fixture.ts"
import { loadStack } from "./load-stack.ts"

const LAUNCHER = fileURLToPath(new URL("../../../../bin/alien", import.meta.url))

const IMAGE = `{ type: "image", image: "ghcr.io/acme/api:1" }`
const stackOf = (id: string): string => `
import * as alien from "@alienplatform/core"
const api: alien.Resource = new alien.Function("api").code(${IMAGE}).ingress("public").build()
export default new alien.Stack(${id}).add(api, "live").build()
`

const rejection = async (path: string): Promise<unknown> =>
  loadStack(path).then(
    () => undefined,
    (error: unknown) => error,
  )

describe("loading a stack: it", () => {
  test("runs alien.ts in a folder without node_modules, with our core", async () => {
    await using folder = await folderWith({ "alien.ts": stackOf(`"first"`) })
    const stack = await loadStack(folder.path)
    expect(stack).toMatchObject({
      id: "first",
      resources: { api: { lifecycle: "live", config: { type: "function" } } },
    })
    expect(Object.isFrozen(stack)).toBe(true)
  })

  test("takes our core though another is installed beside the stack", async () => {
    await using folder = await folderWith({
      "alien.ts": stackOf(`"first"`),
      "node_modules/@alienplatform/core/package.json": `{"name":"@alienplatform/core","main":"index.js"}`,
      "node_modules/@alienplatform/core/index.js": `throw new Error("the other core")`,
    })
    expect(await loadStack(folder.path)).toMatchObject({ id: "first" })
  })

  test.each<[string, Record<string, string>, string]>([
    ["alien.ts first", { "alien.ts": stackOf(`"ts"`), "alien.js": "", "alien.mjs": "" }, "ts"],
    ["alien.js", { "alien.js": stackOf(`"js"`).replace(": alien.Resource", ""), "alien.mjs": "" }, "js"],
    ["alien.mjs", { "alien.mjs": stackOf(`"mjs"`).replace(": alien.Resource", "") }, "mjs"],
  ])("finds %s in a folder", async (_case, files, id) => {
    await using folder = await folderWith(files)
    expect(await loadStack(folder.path)).toMatchObject({ id })
  })

  test("takes a file of any name", async () => {
    await using folder = await folderWith({ "stacks/shop.ts": stackOf(`"shop"`) })
    expect(await loadStack(join(folder.path, "stacks/shop.ts"))).toMatchObject({ id: "shop" })
  })

  test("bundles what the stack imports: other files, JSON, CommonJS packages", async () => {
    await using folder = await folderWith({
      "alien.ts": `import { name } from "./name.ts"\nimport { suffix } from "./suffix.json"\nimport join from "join"\n${stackOf("join(name, suffix)")}`,
      "name.ts": `export const name: string = "shop"`,
      "suffix.json": `{"suffix":"eu"}`,
      "node_modules/join/package.json": `{"name":"join"}`,
      "node_modules/join/index.js": `const path = require("path"); module.exports = (...all) => path.basename(all.join("-"))`,
    })
    expect(await loadStack(folder.path)).toMatchObject({ id: "shop-eu" })
  })

  test.each([
    [
      "import.meta",
      `import { readFileSync } from "node:fs"`,
      `readFileSync(new URL("./id.txt", import.meta.url), "utf8")`,
    ],
    [
      "import.meta.dirname",
      `import { readFileSync } from "node:fs"`,
      `readFileSync(import.meta.dirname + "/id.txt", "utf8")`,
    ],
    ["__dirname", "", `require("node:fs").readFileSync(__dirname + "/id.txt", "utf8")`],
  ])("reads files beside the stack by %s", async (_case, imports, id) => {
    await using folder = await folderWith({ "alien.ts": `${imports}\n${stackOf(id)}`, "id.txt": "beside" })
    expect(await loadStack(folder.path)).toMatchObject({ id: "beside" })
  })

  test("sees a change of the file when it loads again", async () => {
    await using one = await folderWith({ "alien.ts": stackOf(`"one"`) })
    await using two = await folderWith({ "alien.ts": stackOf(`"two"`) })
    expect([await loadStack(one.path), await loadStack(two.path), await loadStack(one.path)]).toMatchObject([
      { id: "one" },
      { id: "two" },
      { id: "one" },
    ])
  })
})

describe("a stack that cannot be loaded: it", () => {
  test("is stack_not_found with every place looked at", async () => {
    await using folder = await folderWith({ "other.ts": "" })
    const looked = ["alien.ts", "alien.js", "alien.mjs"].map((name) => join(folder.path, name))
    expect(await rejection(folder.path)).toMatchObject({
      code: "stack_not_found",
      message: expect.stringContaining(looked.join(", ")),
      context: { looked },
    })
    expect(await rejection(join(folder.path, "missing.ts"))).toMatchObject({
      code: "stack_not_found",
      context: { looked: [join(folder.path, "missing.ts")] },
    })
  })

  test.each<[string, string, RegExp]>([
    ["no default export", "export const a = 1", /has no default export/],
    ["an unbuilt stack", stackOf(`"a"`).replace(`, "live").build()`, `, "live")`), /before its \.build\(\)/],
    [
      "an unbuilt resource",
      `import * as alien from "@alienplatform/core"\nexport default new alien.Worker("a")`,
      /before its/,
    ],
    ["something else", "export default 7", /something that is no stack/],
  ])("is stack_file_invalid for %s", async (_case, source, message) => {
    await using folder = await folderWith({ "alien.ts": source })
    expect(await rejection(folder.path)).toMatchObject({
      code: "stack_file_invalid",
      message: expect.stringMatching(message),
    })
  })

  test("is build_failed with file, line and column for a syntax error and a missing import", async () => {
    await using folder = await folderWith({
      "alien.ts": `import "./part.ts"\nimport "no-such-package"\n`,
      "part.ts": "\n  const = 1\n",
    })
    expect(await rejection(folder.path)).toMatchObject({
      code: "build_failed",
      context: {
        errors: expect.arrayContaining([
          expect.stringMatching(/^part\.ts:2:9: Expected identifier/),
          expect.stringMatching(/^alien\.ts:2:8: Could not resolve "no-such-package"/),
        ]),
      },
    })
  })

  test("is stack_file_failed with file, line and column of what the file threw", async () => {
    await using folder = await folderWith({
      "alien.ts": `import { fail } from "./lib/fail.ts"\n\nexport default fail("no region")\n`,
      "lib/fail.ts": `interface Unused { a: string }\n\nexport const fail = (why: string): never => {\n  throw new Error(why)\n}\n`,
    })
    expect(await rejection(folder.path)).toMatchObject({
      code: "stack_file_failed",
      message: `${join(folder.path, "lib/fail.ts")}:4:9: Error: no region`,
    })
  })

  test("names the file when what was thrown has no position", async () => {
    await using folder = await folderWith({ "alien.ts": `throw "plain"` })
    expect(await rejection(folder.path)).toMatchObject({
      code: "stack_file_failed",
      message: `${join(folder.path, "alien.ts")}: plain`,
    })
  })

  test("keeps the mistakes that core found in the stack", async () => {
    await using folder = await folderWith({ "alien.ts": stackOf(`"a/b"`) })
    expect(await rejection(folder.path)).toMatchObject({
      code: "stack_invalid",
      context: { violations: [{ path: "id" }] },
    })
  })

  test("tells where a key stands that is not known, else where its resource is declared", async () => {
    const worker = (id: string, options: string) => `new alien.Worker("${id}")
  .code({ type: "source", src: ".", toolchain: { type: "typescript" } })
  .publicEndpoint("web", ${options} as never)
  .build()`
    await using folder = await folderWith({
      "alien.ts": `import * as alien from "@alienplatform/core"
import { api } from "./lib/api.ts"
const web = ${worker("web", "{ wildcardSubdomain: true }")}
const twin = ${worker("twin", "{ wildcardSubdomain: true }")}
export default new alien.Stack("shop").add(api, "live").add(web, "live").add(twin, "live").build()
`,
      "lib/api.ts": `import * as alien from "@alienplatform/core"

export const api = ${worker("api", "{ hostLable: 1 }")}
`,
    })
    const violations = [
      { path: "resources.api.publicEndpoints[0].hostLable", file: "lib/api.ts", line: 5 },
      { path: "resources.web.publicEndpoints[0].wildcardSubdomain", file: "alien.ts", line: 3 },
      { path: "resources.twin.publicEndpoints[0].wildcardSubdomain", file: "alien.ts", line: 7 },
    ]
    expect(await rejection(folder.path)).toMatchObject({ code: "stack_invalid", context: { violations } })
  })

  test.each(["process.exit(7)", "process.exit(0)"])("is stack_file_failed for %s, with the code", async (source) => {
    await using folder = await folderWith({ "alien.ts": source })
    expect(await rejection(folder.path)).toMatchObject({
      code: "stack_file_failed",
      message: expect.stringMatching(`alien\\.ts ended its process with exit code ${source.slice(13, -1)} `),
    })
  })
})

describe("a stack that never ends: it", () => {
  /** Says its pid on a socket, and then never gives the thread back. */
  const runaway = (port: number) => `
import { once } from "node:events"
import { connect } from "node:net"
const socket = connect(${port}, "127.0.0.1")
await once(socket, "connect")
socket.write("here")
await once(socket, "data")
while (true) {}
`

  /** Answers once the file has been told to run away; the socket closes when its process is gone. */
  async function runningAway(start: (port: number) => unknown) {
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    const started = start((server.address() as AddressInfo).port)
    const [socket] = (await once(server, "connection")) as [Socket]
    socket.on("error", () => {})
    const gone = new Promise((resolve) => socket.on("close", resolve))
    await once(socket, "data")
    socket.write("go")
    server.close()
    return { started, gone }
  }

  test("is ended by the signal, and the loop of the command stays free", async () => {
    const interrupt = new AbortController()
    await using folder = await folderWith({})
    const { started, gone } = await runningAway((port) =>
      writeFile(join(folder.path, "alien.ts"), runaway(port)).then(() =>
        loadStack(folder.path, interrupt.signal).catch((error: unknown) => error),
      ),
    )
    interrupt.abort()
    expect(await started).toMatchObject({ code: "interrupted" })
    await gone
  })

  test.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("ends with a command that gets %s", async (signal) => {
    await using folder = await folderWith({})
    await using manager = await fakeManager({ "GET /v1/deployments": { json: { items: [] } } })
    let command: ChildProcess | undefined
    const { gone } = await runningAway(async (port) => {
      await writeFile(join(folder.path, "alien.ts"), runaway(port))
      command = spawn(process.execPath, [LAUNCHER, "deploy", "shop", "--yes"], {
        cwd: folder.path,
        // A killed command leaves its temporary files.
        env: { ALIEN_MANAGER_URL: manager.url, ALIEN_TOKEN: "t", HOME: folder.path, TMPDIR: folder.path },
        stdio: "ignore",
      })
    })
    const exit = once(command as ChildProcess, "exit")
    command?.kill(signal)
    await gone
    expect(await exit).toEqual(signal === "SIGKILL" ? [null, signal] : [130, null])
  })
})
