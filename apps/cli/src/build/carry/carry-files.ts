import { readFile } from "node:fs/promises"
import { dirname, extname, join, relative, resolve, sep } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { Loader, OnLoadResult, Plugin } from "esbuild"
import type { Refusal } from "../build-error.ts"
import { kindOf } from "../stack-file.ts"
import { filesIn } from "./files-in.ts"
import { findReferences, type Reference } from "./find-references.ts"
import { PLACES, placeModule, placeOf, staysApart, stepsBetween } from "./place.ts"
import { fileNotCarried } from "./refusal.ts"

/** A file that travels beside the bundle. */
export interface CarriedFile {
  /** Absolute path on this machine. */
  path: string
  why: "import" | "url" | "files"
}

export interface CarryOptions {
  /** Folder of the package that the source belongs to. */
  root: string
  /**
   * Absolute paths that package.json names in `files`; undefined without it. With it, references that cannot be followed
   * are the package's own affair, and it decides what of a folder travels.
   */
  files: readonly string[] | undefined
  /** What paths in messages are relative to. */
  directory: string
  /** Called for each file and folder that is reached, before it is packed. */
  carry(file: CarriedFile): void
  /** Called with folders that count with everything in them. */
  watch(folder: string): void
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ...{ ".ts": "ts", ".mts": "ts", ".cts": "ts", ".tsx": "tsx" },
  ...{ ".js": "jsx", ".mjs": "jsx", ".cjs": "jsx", ".jsx": "jsx" },
}
const NAMES = { url: "alienUrl", dirname: "alienDirname", filename: "alienFilename" } as const

/**
 * Makes files that modules reach from their own place travel: they keep their paths in the package's folder, and what a
 * module asks for its place gets the one that it would have there.
 */
export const carryFiles = (options: CarryOptions): Plugin => ({
  name: "carry-files",
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /\.(?:[cm]?[jt]s|[jt]sx)$/, namespace: "file" }, ({ path }) => loadModule(path, options))
    onLoad({ filter: /\.wasm$/, namespace: "file" }, ({ path }) => {
      options.carry({ path, why: "import" })
      const steps = JSON.stringify(`./${placeOf(options.root, path)}`)
      return {
        contents: `import { readFileSync } from "node:fs"\nexport default new WebAssembly.Module(readFileSync(new URL(${steps}, import.meta.url)))`,
        loader: "js",
      }
    })
    onResolve({ filter: /^alien-place:/ }, ({ path }) => ({
      path: path.slice(PLACES.length + 1),
      namespace: PLACES,
      sideEffects: false,
    }))
    onLoad({ filter: /./, namespace: PLACES }, ({ path }) => ({
      contents: `import { dirname as folderOf } from "node:path"
        import { fileURLToPath } from "node:url"
        export const url = new URL(${JSON.stringify(`./${path}`)}, import.meta.url).href
        export const filename = fileURLToPath(url)
        export const dirname = folderOf(filename)`,
      loader: "js",
    }))
  },
})

async function loadModule(path: string, options: CarryOptions): Promise<OnLoadResult | undefined> {
  const loader = LOADERS[extname(path)]
  const text = await readFile(path, "utf8")
  if (!loader || !/\bimport\s*\.\s*meta\b|\b__(?:dir|file)name\b/.test(text)) return undefined
  const references = await findReferences(text, loader)
  const edits: Edit[] = []
  for (const reference of references) {
    const outcome = await follow(reference, path, options)
    if (outcome === "leave") continue
    if (typeof outcome === "object" && "refused" in outcome)
      return refuse(outcome.refused, text, path, reference, options)
    edits.push({ ...reference, with: nameFor(reference, references, options.root, path) })
    if (typeof outcome === "object") edits.push(outcome)
  }
  if (edits.length === 0) return undefined
  const imports = references.some(({ isMeta }) => isMeta)
    ? `\nimport { ${Object.entries(NAMES)
        .map((pair) => pair.join(" as "))
        .join(", ")} } from ${JSON.stringify(placeModule(options.root, path))};`
    : ""
  return { contents: edited(text, edits) + imports, loader: loader === "jsx" ? loaderOf(path) : loader }
}

/** Only files that are called so have JSX, as esbuild has it; looking for references takes it anywhere. */
const loaderOf = (path: string): Loader => (path.endsWith(".jsx") ? "jsx" : "js")

interface Edit {
  start: number
  end: number
  with: string
}

/** The text with the edits. Each keeps its line ends, so that what follows has the line that people know it by. */
const edited = (text: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((left, right) => right.start - left.start)
    .reduce((all, { start, end, with: by }) => {
      const lineEnds = "\n".repeat(all.slice(start, end).split("\n").length - 1)
      return all.slice(0, start) + by + lineEnds + all.slice(end)
    }, text)

/** A CommonJS module must stay one, so it gets no import. */
const nameFor = ({ name, resolves }: Reference, all: readonly Reference[], root: string, path: string): string => {
  if (name === "resolve") return `new URL(${resolves}, ${NAMES.url}).href`
  return all.some(({ isMeta }) => isMeta) ? NAMES[name] : `require(${JSON.stringify(placeModule(root, path))}).${name}`
}

type Outcome = "rewrite" | "leave" | Edit | { refused: string }

const NAME_THEM = `name the files in "files" of package.json, or write "files": [] where it reaches none`

/** Carries what a reference reaches. */
async function follow({ name, target, requires }: Reference, module: string, options: CarryOptions): Promise<Outcome> {
  const { root, files, carry, watch } = options
  const hasFiles = files !== undefined
  const isOwn = !module.split(sep).includes("node_modules")
  if (!target) {
    if (!isOwn || (hasFiles && (name === "resolve" || requires?.startsWith(".") === false))) return "leave"
    if (requires !== undefined && !hasFiles)
      return { refused: `${JSON.stringify(requires)} is asked of a require that no bundler follows; import it` }
    return hasFiles
      ? "rewrite"
      : { refused: `which files are reached from here is known only when it runs; ${NAME_THEM}` }
  }
  const path = reached(target.by, target.steps, module)
  const kind = await kindOf(path)
  const isAround = kind === "folder" && !relative(path, module).startsWith("..")
  if (isAround && isOwn)
    return hasFiles
      ? "rewrite"
      : { refused: `${JSON.stringify(target.steps)} is the folder of the source itself; ${NAME_THEM}` }
  if (isAround) return "leave"
  if (kind === undefined && isOwn && !hasFiles)
    return {
      refused: `${JSON.stringify(target.steps)} is not there (${relative(options.directory, path)}); correct the path, or build it first; where it is made at run time, ${NAME_THEM}`,
    }
  if (kind === undefined) return isOwn ? "rewrite" : "leave"
  if (isOwn && target.startsThread && !hasFiles)
    return {
      refused: `a thread's module is not bundled and would miss what it imports; build it on its own and name it in "files" of package.json`,
    }
  const stays = staysApart(root, module, path)
  if (!stays && !target.literal)
    return {
      refused: `${JSON.stringify(target.steps)} leads out of the package's folder; write new URL(${JSON.stringify(target.steps)}, import.meta.url)`,
    }
  if (kind === "folder" && stays && files?.some((file) => file.startsWith(path + sep))) return "rewrite"
  if (kind === "folder") watch(path)
  const strays: string[] = []
  const reachedFiles = kind === "folder" ? await filesIn(path, (link) => strays.push(link)) : [path]
  if (strays[0] !== undefined && isOwn)
    return {
      refused: `${JSON.stringify(target.steps)} has a link to a folder that does not lie in it, ${relative(options.directory, strays[0])}; put a copy there, or remove the link`,
    }
  for (const file of reachedFiles) carry({ path: file, why: "url" })
  if (stays || !target.literal) return "rewrite"
  const slash = kind === "folder" ? "/" : ""
  return { ...target.literal, with: JSON.stringify(stepsBetween(root, module, path) + slash) }
}

const reached = (by: "url" | "path", steps: string, module: string): string =>
  by === "url" ? resolve(fileURLToPath(new URL(steps, pathToFileURL(module)))) : join(dirname(module), steps)

function refuse(
  what: string,
  text: string,
  path: string,
  { start }: Reference,
  { directory }: CarryOptions,
): OnLoadResult {
  const refusal = fileNotCarried(what, { path, text, index: start }, directory)
  return { errors: [{ text: refusal.message, detail: { refusal } satisfies Refusal }] }
}
