import { execFile } from "node:child_process"
import { chmod, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { parseStack, type StackConfig } from "@alienplatform/core"
import { afterEach, expect, test, vi } from "vitest"
import { type BuildOptions, type BuildProgress, buildArtifacts } from "../build-artifacts.ts"
import { type Folder, folderWith } from "../files.fixture.ts"
import { unpack } from "../unpack.fixture.ts"
import { manifest, printingProgram } from "./crates.fixture.ts"

vi.setConfig({ testTimeout: 120_000 })
afterEach(() => {
  vi.unstubAllEnvs()
})

const stackOf = (src: string, binaryName: string): StackConfig =>
  parseStack({
    id: "shop",
    resources: {
      edge: {
        lifecycle: "live",
        config: { type: "daemon", id: "edge", code: { type: "source", src, toolchain: { type: "rust", binaryName } } },
      },
    },
  })

/** Builds one binary; what its archive holds, and what it prints. */
async function built(folder: Folder, src: string, binaryName: string, options: Partial<BuildOptions> = {}) {
  const stack = stackOf(src, binaryName)
  await using result = await buildArtifacts(stack, { directory: folder.path, ...options })
  const [artifact] = result.artifacts
  const { entries, files, bytes } = await unpack(await readFile(artifact?.file ?? ""))
  const executable = join(folder.path, "unpacked")
  await writeFile(executable, bytes[`bin/${binaryName}`] ?? "")
  await chmod(executable, 0o700)
  const { stdout } = await promisify(execFile)(executable)
  return {
    code: result.stack.resources.edge?.config.code,
    sha256: artifact?.sha256,
    names: entries.map(({ name, mode }) => [name, mode]),
    manifest: JSON.parse(files["manifest.json"] ?? ""),
    prints: stdout.trim(),
  }
}

const rejection = async (folder: Folder, src: string, binaryName: string): Promise<unknown> =>
  buildArtifacts(stackOf(src, binaryName), { directory: folder.path }).then(
    () => undefined,
    (error: unknown) => error,
  )

const agent = { "agent/Cargo.toml": manifest("agent"), "agent/src/main.rs": printingProgram("hello") }

test("it builds an executable with its target, says how far it is, and the same again when nothing changed", async () => {
  await using folder = await folderWith(agent, "a folder")
  const progress: BuildProgress[] = []
  const first = await built(folder, "./agent", "agent", { onProgress: (step) => progress.push(step) })
  expect(first).toMatchObject({
    code: { type: "artifact", toolchain: { type: "rust", binaryName: "agent" } },
    names: [
      ["bin/agent", 0o755],
      ["manifest.json", 0o644],
    ],
    manifest: { kind: "executable", entry: "bin/agent", target: `${process.platform}-${process.arch}` },
    prints: "hello",
  })
  expect(progress).toEqual([
    { resource: "edge", state: "building" },
    { resource: "edge", state: "building", detail: "0 of 1: agent", share: 0 },
    { resource: "edge", state: "built" },
  ])
  expect((await built(folder, "agent/", "agent")).sha256).toBe(first.sha256)
})

test("it finds the executable wherever the project's own configuration puts it", async () => {
  await using folder = await folderWith({
    ...agent,
    "agent/.cargo/config.toml": `[build]\ntarget-dir = "../made"\n[env]\nGREETING = "configured"\n`,
    "agent/src/main.rs": `fn main() { println!("{}", env!("GREETING")); }`,
  })
  expect(await built(folder, "agent", "agent")).toMatchObject({ prints: "configured" })
})

const workspace = {
  "Cargo.toml": `[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n`,
  "crates/agent/Cargo.toml": manifest("agent", `[dependencies]\nshared = { path = "../shared" }\n`),
  "crates/agent/build.rs": `fn main() {
    println!("cargo::rerun-if-changed=texts");
    let made = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("made.rs");
    std::fs::write(made, "const MADE: &str = \\"made\\";").unwrap();
  }`,
  "crates/agent/texts/one.txt": "one",
  "crates/agent/src/main.rs": `include!(concat!(env!("OUT_DIR"), "/made.rs"));
    fn main() { println!("{} {} {}", shared::text(), MADE, include_str!("../texts/one.txt")); }`,
  "crates/agent/src/bin/edge-tool.rs": printingProgram("tool"),
  "crates/shared/Cargo.toml": manifest("shared"),
  "crates/shared/src/lib.rs": `pub fn text() -> &'static str { "shared" }`,
}

test("it builds a member of a workspace, from its folder and from the workspace's, and the binary that is named", async () => {
  await using folder = await folderWith(workspace)
  const own = await built(folder, "crates/agent", "agent")
  expect(own.prints).toBe("shared made one")
  expect((await built(folder, ".", "agent")).sha256).toBe(own.sha256)
  expect(await built(folder, "crates/agent", "edge-tool")).toMatchObject({
    prints: "tool",
    manifest: { entry: "bin/edge-tool" },
  })
})

test("it knows every file that a change of makes another binary, and none that cargo made", async () => {
  await using folder = await folderWith({ ...workspace, ".cargo/config.toml": "" })
  const memory: BuildOptions["memory"] = new Map()
  await built(folder, "crates/agent", "agent", { memory })
  const [{ inputs = [], written } = {}] = memory.values()
  const own = inputs.filter((path) => path.startsWith(folder.path)).map((path) => path.slice(folder.path.length + 1))
  expect(own.sort()).toEqual([
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "crates/agent/Cargo.toml",
    "crates/agent/build.rs",
    "crates/agent/src/main.rs",
    "crates/agent/texts",
    "crates/agent/texts/one.txt",
    "crates/shared/Cargo.toml",
    "crates/shared/src/lib.rs",
  ])
  expect([...(written?.keys() ?? [])]).toEqual([join(folder.path, "Cargo.lock")])
})

test("it is build_failed with the place of every error, relative to the stack", async () => {
  await using folder = await folderWith({
    ...workspace,
    "crates/agent/src/main.rs": `mod part;\nfn main() {\n  assert_eq!(1, "one");\n  part::run()\n}`,
    "crates/agent/src/part.rs": `pub fn run() {\n  let number: i32 = "two";\n}`,
  })
  expect(await rejection(folder, "./crates/agent", "agent")).toMatchObject({
    code: "build_failed",
    message: expect.stringMatching(/^the source of "edge" could not be built:\n {2}crates\/agent\/src\//),
    context: {
      errors: [
        expect.stringMatching(
          /^crates\/agent\/src\/part\.rs:2:21: mismatched types: expected `i32`, found `&str` \[E0308]$/,
        ),
        expect.stringMatching(/^crates\/agent\/src\/main\.rs:3:3: can't compare `\{integer}` with `&str`/),
      ],
    },
  })
})

test.each<[string, Record<string, string>, string, string]>([
  [
    "a linker that misses something",
    { "agent/src/main.rs": `extern "C" { fn nowhere_defined(); }\nfn main() { unsafe { nowhere_defined() } }` },
    "build_failed",
    "nowhere_defined",
  ],
  [
    "a build script that panics",
    { "agent/build.rs": `fn main() { panic!("no database") }` },
    "build_failed",
    "no database",
  ],
  [
    "a dependency that cannot be had",
    { "agent/Cargo.toml": manifest("agent", `[dependencies]\nshared = { path = "../nowhere" }\n`) },
    "cargo_failed",
    "failed to get `shared` as a dependency",
  ],
  ["a broken Cargo.toml", { "agent/Cargo.toml": "[package" }, "cargo_failed", "error: "],
  ["an unknown binary", { "agent/src/bin/other.rs": printingProgram("") }, "binary_not_found", "agent/Cargo.toml has "],
])("it refuses %s in words of cargo", async (_case, files, code, message) => {
  vi.stubEnv("RUST_BACKTRACE", "0")
  await using folder = await folderWith({ ...agent, ...files })
  const name = code === "binary_not_found" ? "agnet" : "agent"
  const error = await rejection(folder, "agent", name)
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  expect(String(error).length).toBeLessThan(12_000)
})

test("it says so where there is no cargo", async () => {
  await using folder = await folderWith(agent)
  vi.stubEnv("PATH", folder.path)
  expect(await rejection(folder, "agent", "agent")).toMatchObject({
    code: "cargo_not_found",
    message: expect.stringContaining(folder.path),
    hint: expect.stringContaining("https://rustup.rs"),
  })
})

test("it ends cargo and all that cargo started when it is interrupted, also what does not want to end", async () => {
  const stubborn = `extern "C" { fn signal(number: i32, handler: usize) -> usize; }
    fn main() {
      unsafe { signal(15, 1) };
      std::fs::write("began", std::process::id().to_string()).unwrap();
      loop { std::thread::park() }
    }`
  await using folder = await folderWith({ ...agent, "agent/build.rs": stubborn })
  const interrupt = new AbortController()
  const building = buildArtifacts(stackOf("agent", "agent"), { directory: folder.path, signal: interrupt.signal })
  building.catch(() => undefined)
  const began = () => readFile(join(folder.path, "agent/began"), "utf8").catch(() => "")
  await expect.poll(began, { timeout: 60_000 }).not.toBe("")
  const pid = await began()
  interrupt.abort()
  await expect(building).rejects.toMatchObject({ code: "interrupted" })
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
  expect(await rejection(folder, "agent", "none")).toMatchObject({ code: "binary_not_found" })
})

/** Not one that has ended and that nobody has asked for yet. */
const isRunning = async (pid: string): Promise<boolean> => {
  const state = await promisify(execFile)("ps", ["-o", "stat=", "-p", pid]).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  )
  return state !== "" && !state.startsWith("Z")
}
