import { chmod, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseStack } from "@alienplatform/core"
import { afterEach, describe, expect, test, vi } from "vitest"
import { buildArtifacts } from "../build-artifacts.ts"
import { type Folder, folderWith } from "../files.fixture.ts"
import { unpack } from "../unpack.fixture.ts"
import { addon } from "./addon.fixture.ts"
import { parseTarget } from "./target.ts"

afterEach(() => vi.unstubAllEnvs())

type Files = Record<string, string | Uint8Array>

const json = (value: object) => JSON.stringify(value)
const worker = (head: string) => `${head}\nexport default { fetch: () => new Response() }`

/** A package that ships addons for many platforms, and looks for one when it is loaded. */
const PREBUILT: Files = {
  "api/index.ts": worker(`import "fast"`),
  "node_modules/fast/package.json": json({
    name: "fast",
    version: "1.0.0",
    dependencies: { "node-gyp-build": "4", helper: "1", "node-addon-api": "8" },
  }),
  "node_modules/fast/index.js": `require("helper/lib"); module.exports = require("node-gyp-build")(__dirname)`,
  "node_modules/fast/fast.cc": "int",
  "node_modules/fast/README.md": "",
  "node_modules/fast/LICENSE": "MIT",
  "node_modules/fast/prebuilds/linux-x64/fast.glibc.node": addon(),
  "node_modules/fast/prebuilds/linux-x64/fast.musl.node": addon({ libc: "musl" }),
  "node_modules/fast/prebuilds/linux-arm64/fast.glibc.node": addon({ cpu: "arm64" }),
  "node_modules/helper/package.json": json({ name: "helper", version: "1.0.0" }),
  "node_modules/helper/lib.js": "",
  "node_modules/node-addon-api/package.json": json({ name: "node-addon-api", version: "8.0.0" }),
  "node_modules/node-addon-api/index.js": "",
  "node_modules/node-gyp-build/package.json": json({ name: "node-gyp-build", version: "4.0.0" }),
  "node_modules/node-gyp-build/index.js": "module.exports = () => ({})",
}

/** A package whose addons are packages of their own. */
const PLATFORM: Files = {
  "api/index.ts": worker(`import "img"`),
  "node_modules/img/package.json": json({
    name: "img",
    version: "2.0.0",
    optionalDependencies: {
      "@img/img-linux-x64": "2.0.0",
      "@img/img-linux-arm64": "2.0.0",
      "@img/img-linuxmusl-x64": "2.0.0",
    },
  }),
  "node_modules/img/index.js": "module.exports = require(['@img/img', process.platform, process.arch].join('-'))",
  ...platformPackage("node_modules", "img-linux-x64", "x64"),
}

function platformPackage(below: string, name: string, cpu: "x64" | "arm64"): Files {
  const folder = `${below}/@img/${name}`
  return {
    [`${folder}/package.json`]: json({
      name: `@img/${name}`,
      version: "2.0.0",
      os: ["linux"],
      cpu: [cpu],
      libc: ["glibc"],
    }),
    [`${folder}/lib/img.node`]: addon({ cpu }),
  }
}

async function build(folder: Folder, target = "linux-x64") {
  const code = { type: "source", src: "api", toolchain: { type: "typescript" } }
  const api = { lifecycle: "live", config: { type: "worker", id: "api", code } }
  const stack = parseStack({ id: "shop", resources: { api } })
  await using built = await buildArtifacts(stack, { directory: folder.path, target: parseTarget(target) })
  const { bytes } = await unpack(await readFile(built.artifacts[0]?.file ?? ""))
  return { bytes, manifest: JSON.parse(`${bytes["manifest.json"]}`), sha256: built.artifacts[0]?.sha256 }
}

const inModules = ({ bytes }: { bytes: object }) =>
  Object.keys(bytes).filter((path) => path.startsWith("node_modules/"))

async function refusal(files: Files, target?: string) {
  await using folder = await folderWith(files)
  return await build(folder, target).catch((error: unknown) => error)
}

describe("a package with compiled code: it", () => {
  test("travels beside the bundle with what it needs to run, for the target alone", async () => {
    await using folder = await folderWith(PREBUILT)
    const built = await build(folder)
    expect(inModules(built)).toEqual([
      "node_modules/fast/LICENSE",
      "node_modules/fast/index.js",
      "node_modules/fast/package.json",
      "node_modules/fast/prebuilds/linux-x64/fast.glibc.node",
      "node_modules/helper/lib.js",
      "node_modules/helper/package.json",
      "node_modules/node-gyp-build/index.js",
      "node_modules/node-gyp-build/package.json",
    ])
    expect(`${built.bytes["index.mjs"]}`).toContain(`import "fast"`)
    expect(built.manifest).toEqual({
      kind: "worker",
      entry: "index.mjs",
      files: ["index.mjs.map", ...inModules(built)],
      target: "linux-x64",
    })
  })

  test.each([
    ["linux-x64-musl", "node_modules/fast/prebuilds/linux-x64/fast.musl.node"],
    ["linux-arm64", "node_modules/fast/prebuilds/linux-arm64/fast.glibc.node"],
  ])("travels for %s", async (target, file) => {
    await using folder = await folderWith(PREBUILT)
    const built = await build(folder, target)
    expect(inModules(built).filter((path) => path.endsWith(".node"))).toEqual([file])
    expect(built.manifest.target).toBe(target)
  })

  test("brings its package of the target's platform", async () => {
    await using folder = await folderWith(PLATFORM)
    expect(inModules(await build(folder))).toEqual([
      "node_modules/@img/img-linux-x64/lib/img.node",
      "node_modules/@img/img-linux-x64/package.json",
      "node_modules/img/index.js",
      "node_modules/img/package.json",
    ])
  })

  test("gives the same artifact wherever its dependencies are installed", async () => {
    await using folder = await folderWith(PREBUILT)
    const nested = Object.entries(PREBUILT).map(([path, content]) => [
      path.replace(/^node_modules\/(?=helper|node-gyp-build)/, "node_modules/fast/node_modules/"),
      content,
    ])
    await using other = await folderWith(Object.fromEntries(nested), "deeper/down")
    expect((await build(other)).sha256).toBe((await build(folder)).sha256)
  })

  test("keeps a version of its own of what another package needs too", async () => {
    await using folder = await folderWith({
      ...PREBUILT,
      ...PLATFORM,
      "api/index.ts": worker(`import "fast"\nimport "img"`),
      "node_modules/img/index.js": `require("helper")`,
      "node_modules/img/package.json": json({
        ...JSON.parse(`${PLATFORM["node_modules/img/package.json"]}`),
        dependencies: { helper: "2" },
      }),
      "node_modules/img/node_modules/helper/package.json": json({ name: "helper", version: "2.0.0" }),
    })
    expect(inModules(await build(folder))).toEqual(
      expect.arrayContaining(["node_modules/helper/package.json", "node_modules/img/node_modules/helper/package.json"]),
    )
  })

  test("is bundled no more than before where it has none: no target is set", async () => {
    await using folder = await folderWith({
      "api/index.ts": worker(`import "plain"`),
      "node_modules/plain/package.json": json({ name: "plain", optionalDependencies: { fsevents: "2" } }),
      "node_modules/plain/index.js": "",
    })
    const built = await build(folder)
    expect(inModules(built)).toEqual([])
    expect(built.manifest).toEqual({ kind: "worker", entry: "index.mjs", files: ["index.mjs.map"] })
  })

  test("is left out where its importer can do without, and it has no code for the target", async () => {
    await using folder = await folderWith({
      ...PREBUILT,
      "api/index.ts": worker(`import "socket"`),
      "node_modules/socket/package.json": json({
        name: "socket",
        peerDependencies: { fast: "1" },
        peerDependenciesMeta: { fast: { optional: true } },
      }),
      "node_modules/socket/index.js": `try { require("fast") } catch {}`,
    })
    const built = await build(folder, "linux-arm")
    expect(inModules(built)).toEqual([])
    expect(`${built.bytes["index.mjs"]}`).toContain(`__require("fast")`)
  })

  test("may be a compiled file of the source's own", async () => {
    const files = { "api/index.ts": worker(`import own from "./own.node"\nconsole.log(own)`), "api/own.node": addon() }
    await using folder = await folderWith(files)
    const { bytes, manifest } = await build(folder)
    expect(bytes["own.node"]).toEqual(addon())
    expect(`${bytes["index.mjs"]}`).toContain(`require("./own.node")`)
    expect(manifest.target).toBe("linux-x64")
    expect(await refusal(files, "linux-arm64")).toMatchObject({
      code: "native_module_not_supported",
      message: expect.stringContaining(
        "needs own.node, whose compiled code cannot be carried for linux-arm64: it is for linux-x64",
      ),
    })
  })
})

describe("compiled code that cannot travel: it", () => {
  const built = (file: Buffer | undefined): Files => ({
    "api/index.ts": worker(`import "db"`),
    "node_modules/db/package.json": json({ name: "db", version: "3.0.0", dependencies: { bindings: "1" } }),
    "node_modules/db/index.js": `require("bindings")("db")`,
    "node_modules/bindings/package.json": json({ name: "bindings", version: "1.0.0" }),
    "node_modules/bindings/index.js": "",
    ...(file ? { "node_modules/db/build/Release/db.node": file } : {}),
  })

  test.each<[string, Files, string | undefined, string]>([
    [
      "was built on another machine",
      built(addon({ cpu: "arm64" })),
      undefined,
      "its file build/Release/db.node is for linux-arm64, not linux-x64",
    ],
    [
      "was built for another Node",
      built(addon({ registers: "node_register_module_v115" })),
      undefined,
      "its file build/Release/db.node was compiled for another Node (NODE_MODULE_VERSION 115)",
    ],
    [
      "has not been built",
      built(undefined),
      undefined,
      "it has no compiled file: a script of it builds or downloads one",
    ],
    [
      "is shipped for others alone",
      PREBUILT,
      "linux-arm",
      "it ships prebuilt files for other platforms alone, such as prebuilds/linux-arm64",
    ],
  ])("is told by package, file and reason where it %s", async (_case, files, target, why) => {
    expect(await refusal(files, target)).toMatchObject({
      code: "native_module_not_supported",
      message: expect.stringMatching(
        /^the source of "api" needs (?:db@3\.0\.0|fast@1\.0\.0), whose compiled code cannot be carried for /,
      ),
      context: { resource: "api" },
    })
    expect(await refusal(files, target)).toHaveProperty("message", expect.stringContaining(why))
  })

  test("is refused where two versions of a package are needed", async () => {
    const copy = Object.entries(built(addon())).flatMap(([path, content]) =>
      path.startsWith("node_modules/db/")
        ? [[path.replace("node_modules/", "node_modules/old/node_modules/"), content]]
        : [],
    )
    const files: Files = {
      ...built(addon()),
      ...Object.fromEntries(copy),
      "api/index.ts": worker(`import "db"\nimport "old"`),
      "node_modules/old/package.json": json({ name: "old" }),
      "node_modules/old/index.js": `require("db")`,
      "node_modules/old/node_modules/db/package.json": json({
        name: "db",
        version: "2.0.0",
        dependencies: { bindings: "1" },
      }),
    }
    expect(await refusal(files)).toHaveProperty("message", expect.stringContaining("of it is needed too"))
  })

  test("is refused where only running the source's own code would tell the file", async () => {
    const files = { ...built(addon()), "api/index.ts": worker(`import load from "bindings"\nload("x")`) }
    expect(await refusal(files)).toHaveProperty(
      "message",
      expect.stringContaining("require the .node file by its path"),
    )
  })

  test("is told where a dependency is not installed", async () => {
    const { "node_modules/bindings/package.json": _, ...files } = built(addon())
    expect(await refusal(files)).toHaveProperty(
      "message",
      expect.stringContaining("bindings, on which it depends, is not installed"),
    )
  })
})

describe("a package of another platform: it", () => {
  const LOCK = json({
    packages: { "node_modules/@img/img-linux-arm64": { version: "2.0.0", integrity: "sha512-right" } },
  })

  /** Puts a program called npm first on the PATH: it notes how it is called, and installs what `arrives`. */
  async function withNpm(arrives: string): Promise<Folder> {
    const tools = await folderWith({
      ...Object.fromEntries(
        Object.entries({
          "img/package.json": PLATFORM["node_modules/img/package.json"] ?? "",
          ...platformPackage(".", "img-linux-arm64", "arm64"),
          ".package-lock.json": json({
            packages: { "node_modules/@img/img-linux-arm64": { version: "2.0.0", integrity: arrives } },
          }),
        }).map(([path, content]) => [`registry/${path}`, content]),
      ),
      "bin/npm": `#!${process.execPath}
        const { appendFileSync, cpSync, readFileSync } = require("node:fs")
        const called = [process.argv.slice(2), JSON.parse(readFileSync("package.json"))]
        appendFileSync(__dirname + "/../calls", JSON.stringify(called) + "\\n")
        cpSync(__dirname + "/../registry", "node_modules", { recursive: true })`,
    })
    await chmod(join(tools.path, "bin/npm"), 0o700)
    await mkdir(join(tools.path, "cache"))
    vi.stubEnv("PATH", join(tools.path, "bin"))
    vi.stubEnv("ALIEN_HOME", join(tools.path, "cache"))
    return tools
  }

  test("is installed once, in the locked version, and no script of it is run", async () => {
    await using tools = await withNpm("sha512-right")
    await using folder = await folderWith({ ...PLATFORM, "package-lock.json": LOCK })
    for (let time = 0; time < 2; time++)
      expect(inModules(await build(folder, "linux-arm64")).filter((path) => path.endsWith(".node"))).toEqual([
        "node_modules/@img/img-linux-arm64/lib/img.node",
      ])
    const calls = (await readFile(join(tools.path, "calls"), "utf8")).trim().split("\n")
    expect(calls).toHaveLength(1)
    const [args, manifest] = JSON.parse(calls[0] ?? "")
    expect(args).toEqual(
      expect.arrayContaining(["install", "--ignore-scripts", "--os=linux", "--cpu=arm64", "--libc=glibc"]),
    )
    expect(manifest).toMatchObject({ dependencies: { img: "2.0.0" }, overrides: { "@img/img-linux-arm64": "2.0.0" } })
  })

  test("is refused where it is not the one that the lock file names", async () => {
    await using _ = await withNpm("sha512-wrong")
    expect(await refusal({ ...PLATFORM, "package-lock.json": LOCK }, "linux-arm64")).toMatchObject({
      code: "native_module_not_supported",
      message: expect.stringContaining(
        "@img/img-linux-arm64@2.0.0 from the registry is not the one in package-lock.json",
      ),
    })
  })

  test("is refused with npm's own words, or without npm", async () => {
    await using tools = await withNpm("sha512-right")
    await writeFile(
      join(tools.path, "bin/npm"),
      `#!${process.execPath}\nconsole.error("npm error 404"); process.exitCode = 1`,
    )
    expect(await refusal(PLATFORM, "linux-arm64")).toHaveProperty("message", expect.stringContaining("npm error 404"))
    vi.stubEnv("PATH", join(tools.path, "nowhere"))
    expect(await refusal(PLATFORM, "linux-arm64")).toHaveProperty(
      "message",
      expect.stringContaining("there is no npm on the PATH"),
    )
  })
})
