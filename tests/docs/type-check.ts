import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { captureChild } from "../../scripts/run-child.ts"
import type { Fence } from "../../scripts/transcripts/fences.ts"

const root = resolve(import.meta.dirname, "../..")

/**
 * Compiles the TypeScript samples of a document and returns the errors; empty when all are right. A file that is shown
 * again is checked in each of its versions, beside the first of the others.
 */
export async function typeErrors(fences: readonly Fence[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "alien-samples-"))
  try {
    const shown = new Map<string, number>()
    for (const [index, { language, attributes, text }] of fences.entries()) {
      if (language !== "ts") continue
      const path = attributes.file ?? `stack-${index}/alien.ts`
      const version = (shown.get(path) ?? 0) + 1
      shown.set(path, version)
      const file = join(directory, `version-${version}`, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
    if (shown.size === 0) return ""
    await writeFile(join(directory, "package.json"), `{"type": "module"}`)
    await symlink(join(root, "node_modules"), join(directory, "node_modules"))
    await writeFile(
      join(directory, "tsconfig.json"),
      JSON.stringify({ extends: join(root, "tsconfig.json"), include: ["."], exclude: ["node_modules"] }),
    )
    const { exit, output } = await captureChild(process.execPath, [join(root, "node_modules/typescript/bin/tsc")], {
      cwd: directory,
    })
    return exit === 0 ? "" : output || `tsc ended with ${exit}`
  } finally {
    await rm(directory, { recursive: true })
  }
}
