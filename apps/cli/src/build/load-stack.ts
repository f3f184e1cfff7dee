import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseStack, problem, type StackConfig } from "@alienplatform/core"
import { build, type Plugin } from "esbuild"
import { buildProblem, isBuildFailure } from "./build-error.ts"
import { cjsNames } from "./cjs-names.ts"
import { findStackFile } from "./stack-file.ts"
import { thrownAt } from "./thrown-at.ts"

/**
 * Runs the stack's file and answers with its default export, checked and completed.
 * @param path the file, or the folder it lies in
 * @throws `stack_not_found`, `build_failed`, `stack_file_failed` when the file throws, `stack_file_invalid` when it
 * exports no built stack, and `stack_invalid` with every mistake in it
 */
export async function loadStack(path: string): Promise<StackConfig> {
  const file = await findStackFile(path)
  const exported = await run(file)
  if (!isObject(exported) || !isObject(exported.resources) || "build" in exported)
    throw problem("stack_file_invalid", {
      message: `${file} ${describe(exported)}; end it with \`export default new alien.Stack("my-app").add(…, "live").build()\``,
    })
  return parseStack(exported)
}

async function run(file: string): Promise<unknown> {
  const { code, map } = await bundle(file)
  const directory = await mkdtemp(join(tmpdir(), "alien-stack-"))
  // Loaders that transform sources (test runners have them) leave what is in node_modules to Node.
  const module = join(directory, "node_modules", "alien.mjs")
  try {
    await mkdir(dirname(module))
    await writeFile(module, code)
    const { default: exported } = await import(/* @vite-ignore */ pathToFileURL(module).href)
    return exported
  } catch (error) {
    if (error instanceof Error && error.name === "AlienError") throw error
    const where = thrownAt(error, module, map, dirname(file)) ?? file
    throw problem("stack_file_failed", { message: `${where}: ${String(error)}`, cause: error })
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function bundle(file: string): Promise<{ code: string; map: string }> {
  const directory = dirname(file)
  const url = JSON.stringify(pathToFileURL(file).href)
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      absWorkingDir: directory,
      bundle: true,
      write: false,
      outfile: join(directory, "alien.mjs"),
      platform: "node",
      format: "esm",
      target: "node24",
      sourcemap: "external",
      sourcesContent: false,
      banner: { js: cjsNames(url) },
      define: {
        "import.meta.url": url,
        "import.meta.filename": JSON.stringify(file),
        "import.meta.dirname": JSON.stringify(directory),
      },
      plugins: [ownCore],
      logLevel: "silent",
    })
    const textOf = (suffix: string) => outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? ""
    return { code: textOf(".mjs"), map: textOf(".map") }
  } catch (error) {
    throw isBuildFailure(error) ? buildProblem(error, file, directory, directory) : error
  }
}

/** The core that this command runs with, whatever is installed beside the stack. */
const ownCore: Plugin = {
  name: "own-core",
  setup({ onResolve }) {
    const core = pathToFileURL(createRequire(import.meta.url).resolve("@alienplatform/core")).href
    onResolve({ filter: /^@alienplatform\/core$/ }, () => ({ path: core, external: true }))
  },
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const describe = (exported: unknown): string => {
  if (exported === undefined) return "has no default export"
  const unbuilt = isObject(exported) && typeof exported.build === "function"
  return unbuilt ? "default-exports something before its .build()" : "default-exports something that is no stack"
}
