import { spawn } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Mutant, mutants } from "./mutants.ts"

/**
 * Changes the engine in a copy, one mutant after the other. The test that holds what it breaks must turn red, and all
 * must be green without a mutant; otherwise this fails.
 */
const root = join(import.meta.dirname, "..", "..")
const SOURCES = "packages/engine/src"
/** Packages that the engine's tests import, by name. */
const PACKAGES: Readonly<Record<string, string>> = {
  core: "packages/core",
  engine: "packages/engine",
  "simulator-memory": "simulators/memory",
}

const copy = await copyOfEngine()
try {
  const started = performance.now()
  const healthy = await vitest(copy, [...new Set(mutants.map((mutant) => mutant.in))])
  if (!healthy.green) throw new Error(`the tests are red without a mutant:\n${healthy.output}`)
  const survivors: string[] = []
  for (const mutant of mutants) {
    const red = await turnsRed(copy, mutant)
    console.log(`${red ? "red  " : "GREEN"}  ${mutant.what}`)
    if (!red) survivors.push(mutant.what)
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10
  console.log(
    JSON.stringify({
      suite: "mutants",
      mutants: mutants.length,
      red: mutants.length - survivors.length,
      survivors,
      seconds,
    }),
  )
  process.exitCode = survivors.length === 0 ? 0 : 1
} finally {
  await rm(copy, { recursive: true })
}

/** Copies the packages that the engine's tests need; dependencies are linked from the checkout. */
async function copyOfEngine(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "alien-mutants-"))
  for (const name of [...Object.values(PACKAGES), "package.json", "tsconfig.json", "vitest.config.ts"]) {
    await cp(join(root, name), join(directory, name), { recursive: true })
  }
  const modules = join(directory, "node_modules")
  await mkdir(join(modules, "@alienplatform"), { recursive: true })
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name !== "@alienplatform") await symlink(join(root, "node_modules", name), join(modules, name))
  }
  for (const [name, path] of Object.entries(PACKAGES))
    await symlink(join(directory, path), join(modules, "@alienplatform", name))
  return directory
}

async function turnsRed(directory: string, { file, find, replace, test, in: suite }: Mutant): Promise<boolean> {
  const path = join(directory, SOURCES, file)
  const source = await readFile(path, "utf8")
  if (source.split(find).length !== 2) throw new Error(`${file} does not contain exactly once: ${find}`)
  await writeFile(
    path,
    source.replace(find, () => replace),
  )
  const { green, output } = await vitest(directory, [suite], test)
  await writeFile(path, source)
  if (!green && !output.includes(test)) throw new Error(`the mutant of ${file} broke more than its test:\n${output}`)
  return !green
}

function vitest(
  directory: string,
  suites: readonly string[],
  test?: string,
): Promise<{ green: boolean; output: string }> {
  const filter = test === undefined ? [] : ["-t", test]
  const files = suites.map((suite) => join(SOURCES, suite))
  const args = [join(directory, "node_modules/vitest/vitest.mjs"), "run", "--root", directory, ...files, ...filter]
  const child = spawn(process.execPath, args, {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
    env: { ...process.env, NO_COLOR: "1" },
  })
  let output = ""
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => resolve({ green: code === 0, output }))
  })
}
