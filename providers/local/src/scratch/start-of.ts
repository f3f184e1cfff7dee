import { join } from "node:path"
import type { UnpackedArtifact } from "../artifacts/unpack.ts"
import type { ScratchOptions } from "./scratch-folder.ts"

const MANIFEST = "manifest.json"

/**
 * What of an artifact a workload finds in its working directory at first. A command finds everything; what is started
 * by its path in the artifact finds what travels beside it.
 */
export function startOf(
  { directory, manifest }: UnpackedArtifact,
  isCommand: boolean,
): Pick<ScratchOptions, "from" | "skip"> {
  if (manifest.kind === "command") return { from: join(directory, manifest.root), skip: new Set() }
  const [top = ""] = manifest.entry.split("/")
  const started = [top, `${top}.map`, "node_modules"]
  return { from: directory, skip: new Set([MANIFEST, ...(isCommand ? [] : started)]) }
}
