import { readFile, realpath, stat } from "node:fs/promises"
import { relative } from "node:path"
import { problem } from "@alienplatform/core/error"
import { archive } from "./archive.ts"
import { bundleSource } from "./bundle-source.ts"
import type { CarriedFile } from "./carry/carry-files.ts"
import { packageFiles } from "./carry/package-files.ts"
import { placeOf } from "./carry/place.ts"
import { checkCommand } from "./command/check-command.ts"
import { isExecutableMode } from "./executable-mode.ts"
import { findEntry } from "./find-entry.ts"
import { carryPackages } from "./native/carry-packages.ts"
import { compiledFile, unfitness } from "./native/compiled-file.ts"
import { nativeModuleRefused } from "./native/refusal.ts"
import { type Target, targetName } from "./native/target.ts"
import type { ArtifactFile, BuiltSource, ModuleSource } from "./source.ts"

const ENTRY = "index.mjs"
const SOURCE_MAP = `${ENTRY}.map`
const MANIFEST = "manifest.json"

/**
 * Builds TypeScript or JavaScript into one ES module, with the files that it reads beside it.
 * @throws `source_not_found`, `package_file_invalid`, `handler_missing`, `build_failed`, `native_module_not_supported`,
 *   `file_not_carried`, `command_not_found`
 */
export async function buildModule(source: ModuleSource): Promise<BuiltSource> {
  const { command, src, directory, target } = source
  const { id, type } = source.resource
  const kind = type === "worker" || type === "function" ? "worker" : "program"
  const entry = await findEntry(id, src, directory)
  const file = await realpath(entry)
  const { root, files, inputs: named } = await packageFiles(file, await realpath(directory))
  const bundle = await bundleSource({ resource: id, kind, entry, directory, root, files, target })
  const wanted = (files ?? []).filter((path) => path !== file).map((path): CarriedFile => ({ path, why: "files" }))
  const carried = await readCarried([...bundle.carried, ...wanted], root, directory)
  refuseUnfit(carried, id, target)
  const packages = await carryPackages({ resource: id, target, packages: bundle.natives })
  const beside = [...carried, ...packages]
  const isExecutable = new Map(beside.map(({ place, executable }) => [place, executable]))
  if (command) checkCommand({ resource: id, command, files: isExecutable.set(ENTRY, false), directory, src })
  const manifest = {
    kind,
    entry: ENTRY,
    files: [SOURCE_MAP, ...beside.map(({ place }) => place)].sort(),
    ...(beside.some(({ content }) => compiledFile(content)) ? { target: targetName(target) } : {}),
  }
  const packed = await archive({
    ...Object.fromEntries(beside.map(({ place, content, executable }) => [place, { content, executable }])),
    [ENTRY]: bundle.contents,
    [SOURCE_MAP]: bundle.sourceMap,
    [MANIFEST]: JSON.stringify(manifest),
  })
  const contents: ArtifactFile[] = [
    { path: ENTRY, bytes: bundle.contents.byteLength, why: "entry", modules: bundle.modules },
    { path: SOURCE_MAP, bytes: Buffer.byteLength(bundle.sourceMap), why: "map" },
    ...carried.map(({ place, content, why }) => ({ path: place, bytes: content.byteLength, why })),
    ...packages.map(({ place, content }) => ({ path: place, bytes: content.byteLength, why: "native" as const })),
  ]
  return { packed, inputs: [...new Set([...bundle.inputs, ...named])], contents }
}

/** Reads each file once, in order of place. */
async function readCarried(files: readonly CarriedFile[], root: string, directory: string) {
  const byPlace = new Map<string, CarriedFile>()
  for (const file of files) {
    const place = placeOf(root, file.path)
    if (place === ENTRY || place === SOURCE_MAP || place === MANIFEST)
      throw placeTaken(relative(directory, file.path), place)
    if (!byPlace.has(place)) byPlace.set(place, file)
  }
  const sorted = [...byPlace].sort(([left], [right]) => (left < right ? -1 : 1))
  return Promise.all(
    sorted.map(async ([place, { path, why }]) => {
      const [content, { mode }] = await Promise.all([readFile(path), stat(path)])
      return { place, why, content, executable: isExecutableMode(mode) }
    }),
  )
}

/** A file called `.node` is loaded as compiled code, however it comes to travel. */
function refuseUnfit(files: readonly { place: string; content: Buffer }[], resource: string, target: Target): void {
  for (const { place, content } of files.filter(({ place }) => place.endsWith(".node"))) {
    const compiled = compiledFile(content)
    const why = compiled ? unfitness(compiled, target) : "is no compiled file of any system"
    if (why !== undefined) throw nativeModuleRefused({ resource, what: place, target, why: `it ${why}` })
  }
}

const placeTaken = (file: string, place: string) =>
  problem("file_not_carried", {
    message: `${file} would lie at ${place}, which every artifact has of its own; give it another name or folder`,
    context: { file },
  })
