import { dirname, join, relative, resolve, sep } from "node:path"
import ts from "typescript"
import { publicEntries } from "./manifest.ts"
import type { PublicPackage } from "./packages.ts"
import { programsOf, renameToCompiled } from "./rename.ts"

export interface CompiledFile {
  /** Path relative to the package, with `/`: `dist/index.js`. */
  path: string
  text: string
}

/** Language level of the oldest Node that a package supports. */
const TARGET = ts.ScriptTarget.ES2022

/**
 * Compiles one file to one file, with its declarations: what the public entries import, and the programs that it starts by
 * path. Nothing else, so tests stay out. Types are not checked: `npm run verify` does that.
 * @param root the staging copy, with node_modules that link the packages to it
 * @returns the files by the package's directory
 */
export function compile(root: string, packages: readonly PublicPackage[]): Map<string, CompiledFile[]> {
  const program = programWith(
    packages.flatMap(({ directory, manifest }) =>
      publicEntries(manifest).map(([, file]) => join(root, directory, file)),
    ),
    optionsOf(root),
  )
  const compiled = new Map<string, CompiledFile[]>(packages.map(({ directory }) => [directory, []]))
  const { diagnostics } = program.emit(undefined, (file, text) => {
    const path = relative(root, file).split(sep).join("/")
    const owner = packages.find(({ directory }) => path.startsWith(`${directory}/src/`))
    if (!owner) throw new Error(`${path} belongs to no package that is published`)
    const own = `dist/${path.slice(`${owner.directory}/src/`.length)}`
    compiled.get(owner.directory)?.push({ path: own, text: renameToCompiled(own, text) })
  })
  const wrong = [...program.getOptionsDiagnostics(), ...program.getSyntacticDiagnostics(), ...diagnostics]
  if (wrong.length > 0) throw new Error(`tsc: ${ts.formatDiagnostics(wrong, formatHost(root))}`)
  return compiled
}

/** Builds a program of the entries and, repeatedly, of the programs that its files start. */
function programWith(entries: readonly string[], options: ts.CompilerOptions, before?: ts.Program): ts.Program {
  const program = ts.createProgram(entries, options, undefined, before)
  const started = program
    .getSourceFiles()
    .filter(({ isDeclarationFile }) => !isDeclarationFile)
    .flatMap(({ fileName, text }) => programsOf(fileName, text).map((path) => resolve(dirname(fileName), path)))
  const more = started.filter((file) => !program.getSourceFile(file))
  const missing = more.find((file) => !ts.sys.fileExists(file))
  if (missing) throw new Error(`${missing} is started by its path, but is not there`)
  return more.length === 0 ? program : programWith([...entries, ...more], options, program)
}

/** The checkout's compiler options, with output. */
function optionsOf(root: string): ts.CompilerOptions {
  const file = join(root, "tsconfig.json")
  const { config } = ts.readConfigFile(file, ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root, file)
  return {
    ...options,
    target: TARGET,
    noEmit: false,
    noCheck: true,
    declaration: true,
    rootDir: root,
    newLine: ts.NewLineKind.LineFeed,
  }
}

const formatHost = (root: string): ts.FormatDiagnosticsHost => ({
  getCurrentDirectory: () => root,
  getCanonicalFileName: (name) => name,
  getNewLine: () => "\n",
})
