import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmod, mkdir, writeFile } from "node:fs/promises"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { delimiter, dirname, join } from "node:path"
import { afterEach, expect, test, vi } from "vitest"
import { type Folder, folderWith } from "../files.fixture.ts"
import { buildExecutable } from "./build-executable.ts"
import { manifest } from "./crates.fixture.ts"

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Something else that is called cargo, in JavaScript, is the only one on the PATH. */
async function cargoIs(folder: Folder, script: string, mode = 0o755): Promise<void> {
  const cargo = join(folder.path, "bin/cargo")
  await mkdir(dirname(cargo))
  await writeFile(cargo, `#!/usr/bin/env node\n${script}`)
  await chmod(cargo, mode)
  vi.stubEnv("PATH", [dirname(cargo), ...(mode === 0o755 ? [dirname(process.execPath)] : [])].join(delimiter))
}

/** Answers `cargo metadata` as cargo does, and everything else with these lines. */
const answering = (folder: Folder, ...lines: object[]): string => {
  const metadata = {
    packages: [
      { id: "agent", manifest_path: join(folder.path, "Cargo.toml"), targets: [{ name: "agent", kind: ["bin"] }] },
    ],
    workspace_root: folder.path,
    target_directory: join(folder.path, "target"),
  }
  return `for (const line of process.argv[2] === "metadata" ? [${JSON.stringify(metadata)}] : ${JSON.stringify(lines)})
    console.log(JSON.stringify(line))`
}

const build = (folder: Folder) =>
  buildExecutable({
    resource: { id: "edge", type: "daemon" },
    toolchain: { type: "rust", binaryName: "agent" },
    src: folder.path,
    directory: folder.path,
    onStep: () => undefined,
  })

const finished = { reason: "build-finished", success: true }
const artifact = { reason: "compiler-artifact", target: { name: "agent", kind: ["bin"] }, executable: "/nowhere/agent" }

test.each<[string, string, (folder: Folder) => string]>([
  ["says nothing", "cargo metadata", () => ""],
  ["builds nothing", "cargo build", (folder) => answering(folder)],
  ["says that it built, and not what", "cargo build", (folder) => answering(folder, finished)],
  ["built it where nothing is", "cargo build", (folder) => answering(folder, artifact, finished)],
])("a cargo that succeeds and %s is cargo_failed", async (_, command, script) => {
  await using folder = await folderWith({ "Cargo.toml": manifest("agent") })
  await cargoIs(folder, script(folder))
  await expect(build(folder)).rejects.toMatchObject({
    code: "cargo_failed",
    message: `${command} for "edge" succeeded without what cargo answers; put cargo itself first on the PATH. What this one said:\n  nothing`,
  })
})

test("a cargo that may not be run is cargo_not_found", async () => {
  await using folder = await folderWith({ "Cargo.toml": manifest("agent") })
  await cargoIs(folder, "", 0o644)
  await expect(build(folder)).rejects.toMatchObject({
    code: "cargo_not_found",
    message: expect.stringContaining("(EACCES)"),
  })
})

test("a cargo that does not want to end ends with the process that started it", async () => {
  await using folder = await folderWith({})
  await using server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  await cargoIs(
    folder,
    `process.on("SIGTERM", () => {})
    const line = require("node:net").connect(${port}, "127.0.0.1", () => console.log("began"))
    line.on("close", () => process.exit())`,
  )
  const connected = once(server, "connection")
  const script = `
    const { runCargo } = await import(${JSON.stringify(new URL("./run-cargo.ts", import.meta.url).href)})
    await runCargo([], { directory: process.cwd(), onOutput: () => process.exit(), onError: console.error })`
  spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: folder.path, stdio: "inherit" })
  const [line] = (await connected) as [Socket]
  await once(line.resume(), "close")
})
