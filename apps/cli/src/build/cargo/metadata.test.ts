import { expect, test } from "vitest"
import type { RustSource } from "../source.ts"
import { manifestOf, readMetadata, type Workspace } from "./metadata.ts"

const packageOf = (name: string, ...targets: [name: string, kind: string][]) => ({
  id: `path+file:///p/${name}#0.1.0`,
  name,
  manifest_path: `/p/${name}/Cargo.toml`,
  targets: targets.map(([name, kind]) => ({ name, kind: [kind], src_path: "/p", edition: "2024" })),
  rust_version: null,
})
const packages = [
  packageOf("agent", ["agent", "bin"], ["edge", "bin"], ["build-script-build", "custom-build"]),
  packageOf("tools", ["agent", "bin"], ["migrate", "bin"], ["tools", "lib"]),
]
const answer = (selected?: string[]) =>
  JSON.stringify({
    packages,
    ...(selected ? { workspace_default_members: selected.map((name) => `path+file:///p/${name}#0.1.0`) } : {}),
    workspace_root: "/p",
    target_directory: "/p/target",
    version: 1,
    something_new: {},
  })
const workspace = (...selected: string[]): Workspace => {
  const read = readMetadata(answer(selected))
  if (!read) throw new Error("not read")
  return read
}
const wanted = (binaryName: string): RustSource => ({
  resource: { id: "edge", type: "daemon" },
  toolchain: { type: "rust", binaryName },
  src: "/p/agent",
  directory: "/p",
  onStep: () => undefined,
})

test("it reads binaries, manifests and the folders that cargo writes to", () => {
  const { root, binaries, manifests, outputs } = workspace("agent")
  expect({ root, manifests, outputs }).toEqual({
    root: "/p",
    manifests: ["/p/Cargo.toml", "/p/agent/Cargo.toml", "/p/tools/Cargo.toml"],
    outputs: ["/p/target", "/p/target"],
  })
  expect(binaries.map(({ name, isSelected }) => [name, isSelected])).toEqual([
    ["agent", true],
    ["edge", true],
    ["agent", false],
    ["migrate", false],
  ])
})

test("it takes all packages for selected where cargo does not tell", () => {
  expect(readMetadata(answer())?.binaries.every(({ isSelected }) => isSelected)).toBe(true)
})

test.each(["", "{", "[]", `{"packages": []}`])("it does not read %j", (text) => {
  expect(readMetadata(text)).toBeUndefined()
})

test("it finds the package that has the binary, that of src first", () => {
  expect(manifestOf(workspace("agent"), wanted("agent"))).toBe("/p/agent/Cargo.toml")
  expect(manifestOf(workspace("agent", "tools"), wanted("migrate"))).toBe("/p/tools/Cargo.toml")
})

test("it refuses a name that no package has with those there are, and says who has it", () => {
  expect(() => manifestOf(workspace("agent"), wanted("agnet"))).toThrow(
    expect.objectContaining({
      code: "binary_not_found",
      message: `"edge" is to run the binary "agnet", and agent/Cargo.toml has agent, edge; correct binaryName in .code()`,
      context: { resource: "edge", binaries: ["agent", "edge"] },
    }),
  )
  expect(() => manifestOf(workspace("agent"), wanted("migrate"))).toThrow(
    expect.objectContaining({ code: "binary_not_found", hint: "set src to tools, whose Cargo.toml has it" }),
  )
})

test("it refuses a name that two packages have", () => {
  expect(() => manifestOf(workspace("agent", "tools"), wanted("agent"))).toThrow(
    expect.objectContaining({
      code: "binary_ambiguous",
      message: expect.stringContaining("both agent/Cargo.toml and tools/Cargo.toml have"),
    }),
  )
})
