import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { type NpmOptions, npm } from "./npm.ts"
import type { StagedPackage } from "./stage.ts"

const Packed = z.array(
  z.object({
    name: z.string(),
    version: z.string(),
    filename: z.string(),
    /** Bytes of the tarball. */
    size: z.number(),
    /** Hash in npm's form, `sha512-…`. */
    integrity: z.string(),
    files: z.array(z.object({ path: z.string() })),
  }),
)

export interface Tarball {
  name: string
  version: string
  /** Absolute path of the tarball. */
  file: string
  /** Size in bytes. */
  size: number
  /** Hash in npm's form, `sha512-…`. */
  integrity: string
  /** Paths of its files, with `/`, sorted. */
  files: readonly string[]
}

/** Runs `npm pack` on all staged packages. Throws when a tarball does not contain exactly what was staged. */
export async function pack(
  staged: readonly StagedPackage[],
  destination: string,
  options: NpmOptions,
): Promise<Tarball[]> {
  await mkdir(destination, { recursive: true })
  const folders = staged.map(({ folder }) => folder)
  const answer = await npm(["pack", "--json", "--pack-destination", destination, ...folders], options)
  const tarballs = Packed.parse(JSON.parse(answer)).map(({ filename, files, ...packed }) => ({
    ...packed,
    file: join(destination, filename),
    files: files.map(({ path }) => path).sort(),
  }))
  const problems = staged.flatMap(({ name, files }) => differences(name, files, tarballs))
  if (problems.length > 0) throw new Error(problems.join("\n"))
  return tarballs
}

/**
 * Lists differences between staged files and tarballs: npm leaves out some names whatever `files` says, like
 * `.gitignore`.
 */
export function differences(name: string, staged: readonly string[], tarballs: readonly Tarball[]): string[] {
  const packed = tarballs.find((tarball) => tarball.name === name)
  if (!packed) return [`${name} was not packed`]
  return [
    ...staged.filter((path) => !packed.files.includes(path)).map((path) => `${name}: npm pack leaves out ${path}`),
    ...packed.files.filter((path) => !staged.includes(path)).map((path) => `${name}: npm pack adds ${path}`),
  ]
}
