import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import type { StackConfig } from "@alienplatform/core"
import { build, type Plugin } from "esbuild"
import { buildProblem, isBuildFailure } from "./build-error.ts"
import { inputsOf } from "./bundle-source.ts"
import { cjsNames } from "./cjs-names.ts"
import { locateMistakes } from "./locate-mistakes.ts"
import { runStack } from "./run-stack.ts"
import { findStackFile } from "./stack-file.ts"
import { throwLocation } from "./throw-location.ts"

export interface LoadedStack {
  stack: StackConfig
  /** Absolute paths of all files that the stack was loaded from, packages included. */
  inputs: string[]
}

/** Loads a stack like `readStack` and returns only the stack. */
export const loadStack = async (path: string, signal?: AbortSignal): Promise<StackConfig> =>
  (await readStack(path, signal)).stack

/**
 * Runs the stack's file and returns its default export, checked and completed.
 * @param path the file, or the folder that contains it
 * @param signal ends the file's process
 * @param onRun called when that process has been started
 * @throws `stack_not_found`, `build_failed`, `stack_file_failed` when the file throws or ends its process,
 * `stack_file_invalid` when it exports no built stack, `stack_invalid` with every mistake in it, and `interrupted`
 */
export async function readStack(path: string, signal?: AbortSignal, onRun?: () => void): Promise<LoadedStack> {
  const file = await findStackFile(path)
  const { code, map, inputs } = await bundle(file)
  const directory = await mkdtemp(join(tmpdir(), "alien-stack-"))
  const module = join(directory, "alien.mjs")
  try {
    await writeFile(module, code)
    const running = runStack(module, file, (stack) => throwLocation(stack, module, map, dirname(file)), signal)
    onRun?.()
    const exported = await running
    // Here, because the schemas take as long to load as the file takes to run.
    const { exportedStack } = await import("./exported-stack.ts")
    return { stack: exportedStack(exported, file), inputs }
  } catch (error) {
    throw await locateMistakes(error, inputs, dirname(file))
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function bundle(file: string): Promise<{ code: string; map: string; inputs: string[] }> {
  const directory = dirname(file)
  const url = JSON.stringify(pathToFileURL(file).href)
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [file],
      absWorkingDir: directory,
      bundle: true,
      write: false,
      metafile: true,
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
    return { code: textOf(".mjs"), map: textOf(".map"), inputs: inputsOf(metafile, directory) }
  } catch (error) {
    throw isBuildFailure(error) ? buildProblem(error, file, directory, directory) : error
  }
}

/** Resolves `@alienplatform/core` to the one that this command uses, whatever is installed beside the stack. */
const ownCore: Plugin = {
  name: "own-core",
  setup({ onResolve }) {
    const core = pathToFileURL(createRequire(import.meta.url).resolve("@alienplatform/core")).href
    onResolve({ filter: /^@alienplatform\/core$/ }, () => ({ path: core, external: true }))
  },
}
