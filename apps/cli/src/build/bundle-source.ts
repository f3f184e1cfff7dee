import { realpath } from "node:fs/promises"
import { basename, dirname, isAbsolute, relative, resolve } from "node:path"
import { problem } from "@alienplatform/core/error"
import { type BuildOptions, build, type Metafile } from "esbuild"
import { buildProblem, isBuildFailure } from "./build-error.ts"
import { type CarriedFile, carryFiles } from "./carry/carry-files.ts"
import { modulePlacedAs } from "./carry/place.ts"
import { cjsNames } from "./cjs-names.ts"
import { externalNatives, type NativePackage } from "./native/external-natives.ts"
import type { Target } from "./native/target.ts"
import { ownSdk } from "./own-sdk.ts"
import { namedSourceMap } from "./source-map.ts"
import { sourceName } from "./source-name.ts"

export interface Source {
  resource: string
  /** worker: the source default-exports `{ fetch }`. program: it runs by itself. */
  kind: "worker" | "program"
  /** Absolute path of the first module. */
  entry: string
  /** Folder of the stack's file: what paths in messages are relative to. */
  directory: string
  /** Folder of the package that the source belongs to. */
  root: string
  /** Absolute paths of the files that its package.json names; undefined where it names none. */
  files: readonly string[] | undefined
  /** The machines that compiled code in it is for. */
  target: Target
}

export interface Bundle {
  /** Text of the module. */
  contents: Uint8Array
  /** Its source map. */
  sourceMap: string
  /** Absolute paths of the files in the bundle, without those of this command itself. */
  inputs: string[]
  /** Files that the modules reach, to be carried beside the bundle. */
  carried: CarriedFile[]
  /** Packages that are left to Node, by name, because they load compiled code. */
  natives: ReadonlyMap<string, NativePackage>
  /** The modules in it, by what they add to it. */
  modules: BundledModule[]
}

export interface BundledModule {
  /** Relative to the package's folder, or to the `node_modules` that it lies in. */
  name: string
  bytes: number
}

/** Imported as text, their default export. */
const TEXTS = { ".html": "text", ".txt": "text", ".sql": "text", ".css": "text", ".svg": "text" } as const

/**
 * Bundles a source into one ES module with everything it needs but Node's own modules. Names in it are relative to the
 * entry, so the same sources give the same bytes wherever they are.
 * @throws `build_failed`, `native_module_not_supported`, `file_not_carried`, `handler_missing`
 */
export async function bundleSource({ resource, kind, entry, directory, root, files, target }: Source): Promise<Bundle> {
  const file = await realpath(entry)
  const workingDirectory = dirname(file)
  const carried: CarriedFile[] = []
  const natives = new Map<string, NativePackage>()
  const folders = new Set<string>()
  const carry = { carry: (file: CarriedFile) => carried.push(file), watch: (folder: string) => folders.add(folder) }
  const bundle = (start: Pick<BuildOptions, "entryPoints" | "stdin">) =>
    build({
      ...start,
      absWorkingDir: workingDirectory,
      outfile: "index.mjs",
      sourcemap: "linked",
      sourcesContent: false,
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      target: "node24",
      charset: "utf8",
      legalComments: "none",
      banner: { js: cjsNames() },
      loader: TEXTS,
      plugins: [
        ownSdk,
        externalNatives({ resource, target, root, packages: natives, carry: carry.carry }),
        carryFiles({ ...carry, root, files, directory }),
      ],
      logLevel: "silent",
    } as const satisfies BuildOptions).catch((error: unknown) => {
      if (!isBuildFailure(error)) throw error
      throw buildProblem(error, `the source of ${JSON.stringify(resource)}`, workingDirectory, directory)
    })
  const first = await bundle({ entryPoints: [file] })
  const isCommonJs = first.metafile.inputs[basename(file)]?.format === "cjs"
  const result = kind === "worker" && isCommonJs ? await bundle({ stdin: handlerOf(file) }) : first
  const [map, output] = ["index.mjs.map", "index.mjs"].map((name) =>
    result.outputFiles.find(({ path }) => basename(path) === name),
  )
  const exports = Object.values(result.metafile.outputs).flatMap((file) => file.exports)
  if (!output || !map || (kind === "worker" && !exports.includes("default")))
    throw problem("handler_missing", {
      message: `${relative(directory, entry)} has no default export, but ${JSON.stringify(resource)} is a worker; write \`export default { fetch(request) { … } }\``,
      context: { resource },
    })
  const inputs = [...inputsOf(result.metafile, workingDirectory), ...carried.map(({ path }) => path), ...folders]
  const modules = modulesOf(result.metafile, workingDirectory, root)
  const sourceMap = namedSourceMap(map.text, workingDirectory, root)
  return { contents: output.contents, sourceMap, inputs: [...new Set(inputs)], carried, natives, modules }
}

/** A module whose default export is what a CommonJS module exports, or its `default` where it was compiled from ES. */
const handlerOf = (file: string) => ({
  contents: `const exported = require(${JSON.stringify(`./${basename(file)}`)})
    export default exported.__esModule ? exported.default : exported`,
  resolveDir: dirname(file),
})

/** What tells a module its place counts as part of it. */
function modulesOf({ outputs }: Metafile, workingDirectory: string, root: string): BundledModule[] {
  const modules = new Map<string, BundledModule>()
  for (const [input, { bytesInOutput: bytes }] of Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs),
  )) {
    const path = modulePlacedAs(input, root) ?? (isOfPlugin(input) ? input : resolve(workingDirectory, input))
    const known = modules.get(path)?.bytes ?? 0
    modules.set(path, { name: sourceName(input, workingDirectory, root), bytes: known + bytes })
  }
  return [...modules.values()]
}

/**
 * Absolute paths of a build's input files; modules made by plugins, which have a namespace in their name, are left out.
 */
export const inputsOf = ({ inputs }: Metafile, workingDirectory: string): string[] =>
  Object.keys(inputs)
    .filter((name) => !isOfPlugin(name))
    .map((name) => resolve(workingDirectory, name))

const isOfPlugin = (name: string): boolean => !isAbsolute(name) && /^(?:@[\w-]+\/)?[\w()-]+:/.test(name)
