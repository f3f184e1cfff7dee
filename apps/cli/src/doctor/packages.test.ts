import { join } from "node:path"
import { expect, test } from "vitest"
import { folderWith } from "../build/files.fixture.ts"
import { projectPackages } from "./packages.ts"

const VERSION = "1.2.3"
const core = (specifier: string) => JSON.stringify({ dependencies: { "@alienplatform/core": specifier } })
const found = async (files: Record<string, string>) => {
  await using folder = await folderWith(files)
  const path = folder.path
  return { path, findings: await projectPackages(path, VERSION) }
}

test.each([
  ["without a package.json", {}],
  ["whose package.json is none", { "package.json": "{" }],
  ["that names none of them", { "package.json": `{"dependencies": {"zod": "4"}}` }],
])("a folder %s: it has nothing to say", async (_what, files) => {
  expect((await found({ ".keep": "", ...files })).findings).toEqual([])
})

test("packages that lie in the project, of this version: it says where they are from", async () => {
  const { findings } = await found({
    "package.json": core("file:vendor/alienplatform-core-1.2.3.tgz"),
    "vendor/alienplatform-core-1.2.3.tgz": "",
  })
  expect(findings).toMatchObject([
    { check: "packages", health: "ok", message: expect.stringContaining("file:vendor/") },
  ])
})

test("a path that is gone: it fails, and names the file and the command that writes it", async () => {
  const { path, findings } = await found({ "package.json": core("file:vendor/alienplatform-core-1.2.3.tgz") })
  expect(findings).toMatchObject([
    {
      health: "fail",
      message: expect.stringContaining(join(path, "vendor/alienplatform-core-1.2.3.tgz")),
      fix: expect.stringContaining("alien init --packages"),
    },
  ])
})

test("those of another version: it warns of both", async () => {
  const { findings } = await found({
    "package.json": core("file:vendor/alienplatform-core-1.2.2.tgz"),
    "vendor/alienplatform-core-1.2.2.tgz": "",
  })
  expect(findings).toMatchObject([{ health: "warn", message: expect.stringMatching(/1\.2\.2.*1\.2\.3/) }])
})

test.each(["1.2.3", "^0.1.0", "latest", "*"])("the registry's %s: it warns, since they are others'", async (range) => {
  const { findings } = await found({ "package.json": core(range) })
  expect(findings).toMatchObject([{ health: "warn", message: expect.stringContaining(`${range} from the registry`) }])
})

test.each(["link:../core", "https://packages.example.com/core.tgz", "workspace:*"])(
  "%s is the project's own choice: it is not warned of",
  async (specifier) => {
    expect((await found({ "package.json": core(specifier) })).findings).toMatchObject([{ health: "ok" }])
  },
)
