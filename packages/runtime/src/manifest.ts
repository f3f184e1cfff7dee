import { readFile } from "node:fs/promises"
import { isAbsolute, join, normalize, sep } from "node:path"
import { problem } from "./start-error.ts"

/** `manifest.json` at the root of an artifact. */
export interface Manifest {
  kind: "worker"
  /** ES module to import, relative to the artifact's directory and inside it. */
  entry: string
}

/** @throws `artifact_invalid` when the file is missing, is not JSON, or does not describe a worker */
export async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, "manifest.json")
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw invalid(file, `cannot be read: ${error.message}`)
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid(file, "is not JSON")
  }
  if (typeof value !== "object" || value === null) throw invalid(file, "is not a JSON object")
  const { kind, entry } = value as Record<string, unknown>
  if (kind !== "worker") throw invalid(file, `has kind ${JSON.stringify(kind)}, not "worker"`)
  if (typeof entry !== "string" || !isInside(entry))
    throw invalid(file, `has entry ${JSON.stringify(entry)}, not a path inside the artifact`)
  return { kind, entry }
}

const isInside = (path: string): boolean =>
  path !== "" && !isAbsolute(path) && normalize(path) !== ".." && !normalize(path).startsWith(`..${sep}`)

const invalid = (file: string, what: string) =>
  problem("artifact_invalid", { message: `${file} ${what}; build and release the stack again` })
