import type { BuildResult } from "../build/build-artifacts.ts"
import type { ArtifactFile } from "../build/source.ts"
import { bytes } from "./bytes.ts"
import type { Screen } from "./style.ts"
import { table } from "./table.ts"

type Contents = BuildResult["contents"][number]

const REASONS: Readonly<Record<ArtifactFile["why"], string>> = {
  entry: "the entry",
  map: "names the sources in stack traces",
  import: "imported",
  url: "read from a module's own place",
  files: "files in package.json",
  native: "of a package with compiled code",
  folder: "in the source's folder",
}
/** Files shown of each artifact unless all are asked for. */
const MAX_FILES = 10

/** What is in an artifact, for people. @param all every file, and the modules of the bundle */
export function artifactText(
  { resource, bytes: packed, files, leftOut = [] }: Contents,
  all: boolean,
  screen: Screen,
): string {
  const { width, paint } = screen
  const shown = all ? files : files.slice(0, MAX_FILES)
  const rows = shown.flatMap((file) => [
    [file.path, bytes(file.bytes), reasonOf(file)],
    ...(all ? (file.modules ?? []) : []).map((module) => [`  ${module.name}`, bytes(module.bytes), "bundled into it"]),
  ])
  const more = files.length > shown.length ? [`  … and ${files.length - shown.length} more: alien build --list`] : []
  const total = files.reduce((sum, file) => sum + file.bytes, 0)
  const heading = `${paint("bold", resource)}  ${bytes(packed)} packed, ${bytes(total)} in ${files.length} ${files.length === 1 ? "file" : "files"}`
  const listed = table(["FILE", "SIZE", "WHY"], rows, { width: width === undefined ? width : width - 2, cut: ["FILE"] })
  const without = leftOut.length === 0 ? [] : [`  left out: ${leftOut.join(", ")}`]
  return [heading, ...listed.split("\n").map((line) => `  ${line}`), ...more, ...without].join("\n")
}

function reasonOf({ why, modules }: ArtifactFile): string {
  const count = modules?.length ?? 0
  return count === 0 ? REASONS[why] : `${REASONS[why]}, of ${count} ${count === 1 ? "module" : "modules"}`
}
