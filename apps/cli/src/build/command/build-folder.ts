import { open, readFile } from "node:fs/promises"
import { dirname, join, posix, relative } from "node:path"
import { problem } from "@alienplatform/core/error"
import { type ArchiveEntry, archive } from "../archive.ts"
import { packageFiles } from "../carry/package-files.ts"
import { executableTarget } from "../executable-target.ts"
import { sourceNotFound } from "../find-entry.ts"
import type { BuiltSource, SourceToBuild } from "../source.ts"
import { kindOf } from "../stack-file.ts"
import { checkCommand } from "./check-command.ts"
import { type FolderTree, folderTree, type TreeEntry } from "./folder-tree.ts"

/** Folder of an artifact that a command runs in a copy of. */
const ROOT = "app"
/** As many bytes and files as are unpacked on the other side. */
const MAX_BYTES = 512 * 1024 * 1024
const MAX_FILES = 20_000
/** An executable file tells its machine in so many bytes. */
const HEADER_BYTES = 64

/**
 * Packs the source's folder as it lies there, for the command that runs in it: what package.json names in `files`, else
 * everything but what `folderTree` leaves out.
 * @throws `source_not_found`, `package_file_invalid`, `file_not_carried`, `command_not_found`, `artifact_too_large`
 */
export async function buildFolder(source: SourceToBuild): Promise<BuiltSource> {
  const { resource, command = [], src, directory } = source
  const kind = await kindOf(src)
  if (kind === undefined) throw sourceNotFound(resource.id, [src], directory)
  const root = kind === "file" ? dirname(src) : src
  const { wanted, inputs } = kind === "file" ? { wanted: [src], inputs: [src] } : await wantedIn(src)
  const tree = choose(await folderTree(root, wanted !== undefined), root, wanted)
  refuseStray(source, root, tree)
  refuseTooLarge(source, tree.entries)
  const executable = new Map(tree.entries.map((entry) => [entry.path, isRun(entry, tree.entries)]))
  checkCommand({ resource: resource.id, command, files: executable, src, directory })
  const packed = await archive({
    ...Object.fromEntries(await Promise.all(tree.entries.map((entry) => packedEntry(root, entry)))),
    "manifest.json": JSON.stringify({
      kind: "command",
      root: ROOT,
      target: await targetOf(source, root, tree.entries),
    }),
  })
  return {
    packed,
    inputs,
    contents: tree.entries.map(({ path, bytes }) => ({ path, bytes, why: wanted ? "files" : "folder" })),
    ...(wanted || tree.leftOut.length === 0 ? {} : { leftOut: tree.leftOut }),
  }
}

/** What a package.json in the folder names; undefined without it. */
async function wantedIn(src: string) {
  const list = async (folder: string) => (await folderTree(folder, true)).entries.map(({ path }) => join(folder, path))
  const { files: wanted, inputs } = await packageFiles(join(src, "package.json"), src, list)
  return wanted ? { wanted, inputs } : { wanted, inputs: [src] }
}

function choose(tree: FolderTree, root: string, wanted: readonly string[] | undefined): FolderTree {
  if (!wanted) return tree
  const places = new Set(wanted.map((path) => relative(root, path)))
  const { entries, stray } = tree
  return {
    entries: entries.filter(({ path }) => places.has(path)),
    stray: stray.filter(({ path }) => places.has(path)),
    leftOut: [],
  }
}

function refuseStray({ resource, src, directory }: SourceToBuild, root: string, { entries, stray }: FolderTree): void {
  const paths = entries.map(({ path }) => path)
  const leadsNowhere = entries.flatMap(({ path, linksTo }) => {
    if (linksTo === undefined) return []
    const target = posix.join(posix.dirname(path), linksTo)
    const isThere = target === "." || paths.some((one) => one === target || one.startsWith(`${target}/`))
    return isThere ? [] : [{ path, target: linksTo }]
  })
  const [first] = [...stray, ...leadsNowhere]
  if (!first) return
  throw problem("file_not_carried", {
    message: `${relative(directory, join(root, first.path))} is a link to ${first.target}, which does not travel with ${relative(directory, src) || "."}; put a copy there, or remove the link`,
    context: { resource: resource.id, file: relative(directory, join(root, first.path)) },
  })
}

function refuseTooLarge({ resource, src, directory }: SourceToBuild, entries: readonly TreeEntry[]): void {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total <= MAX_BYTES && entries.length <= MAX_FILES) return
  throw problem("artifact_too_large", {
    message: `${relative(directory, src) || "."} has ${entries.length} files of ${total} bytes together, and an artifact at most ${MAX_FILES} files of ${MAX_BYTES} bytes; name what ${JSON.stringify(resource.id)} needs in files of a package.json there`,
    context: { resource: resource.id },
  })
}

/** May it be executed, itself or what it leads to? */
function isRun({ path, executable, linksTo }: TreeEntry, all: readonly TreeEntry[]): boolean {
  if (linksTo === undefined) return executable
  const target = posix.join(posix.dirname(path), linksTo)
  return all.find((one) => one.path === target)?.executable ?? false
}

async function packedEntry(root: string, { path, executable, linksTo }: TreeEntry): Promise<[string, ArchiveEntry]> {
  const place = `${ROOT}/${path}`
  return [place, linksTo === undefined ? { content: await readFile(join(root, path)), executable } : { linksTo }]
}

/** The machines that the program and addons are for, where all that say so agree. */
async function targetOf({ command = [] }: SourceToBuild, root: string, entries: readonly TreeEntry[]) {
  const program = posix.normalize(command[0] ?? "")
  const native = entries.filter(({ path }) => path === program || path.endsWith(".node"))
  const targets = await Promise.all(native.map(({ path }) => targetIn(join(root, path))))
  const known = new Set(targets.filter((target) => target !== undefined))
  return known.size === 1 ? [...known][0] : undefined
}

async function targetIn(file: string): Promise<string | undefined> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
    return executableTarget(buffer.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}
