import { readFile } from "node:fs/promises"
import { relative, sep } from "node:path"
import { AlienError, violations } from "@alienplatform/core/error"
import { type LocatedViolation, violationsOf } from "../output/violations.ts"

interface Source {
  name: string
  text: string
}

/**
 * Adds file and line to each mistake of a `stack_invalid`, as far as the sources tell: where the named key stands, if
 * that is in one place only, else where its resource is declared. Any other error is returned unchanged.
 * @param inputs files that the stack was loaded from; those of packages are not searched
 * @param directory folder that names are relative to
 */
export async function locateMistakes(error: unknown, inputs: readonly string[], directory: string): Promise<unknown> {
  if (!(error instanceof AlienError) || error.code !== "stack_invalid") return error
  const found = violationsOf(error.context)
  if (found.length === 0) return error
  const own = inputs.filter((path) => !path.split(sep).includes("node_modules"))
  const sources = await Promise.all(
    own.map(async (path): Promise<Source> => {
      const text = await readFile(path, "utf8").catch(() => "")
      return { name: relative(directory, path), text }
    }),
  )
  const what = error.message.split("\n")[0]?.replace(/ has \d+ mistakes?:?$/, "") ?? "the stack"
  return violations(
    error.code,
    what,
    found.map((violation) => ({ ...violation, ...placeIn(sources, violation) })),
  )
}

function placeIn(sources: readonly Source[], { path }: LocatedViolation): { file?: string; line?: number } {
  const [root, resource, ...below] = path.split(/[.[\]]+/).filter(Boolean)
  const key = below.findLast((part) => /^[A-Za-z_]\w*$/.test(part))
  const keys = key === undefined ? [] : occurrences(sources, new RegExp(`(?<![\\w.])["']?${key}["']?\\s*:`, "g"))
  if (keys[0] && keys.length === 1) return keys[0]
  if (root !== "resources" || resource === undefined) return {}
  return (
    occurrences(sources, new RegExp(`\\b(?!Stack\\b)[A-Z]\\w*\\(\\s*["'\`]${escapeRegExp(resource)}["'\`]`, "g"))[0] ??
    {}
  )
}

const escapeRegExp = (text: string): string => text.replaceAll(/[^\w]/g, "\\$&")

const occurrences = (sources: readonly Source[], pattern: RegExp): { file: string; line: number }[] =>
  sources.flatMap(({ name, text }) =>
    [...text.matchAll(pattern)].map(({ index }) => ({ file: name, line: text.slice(0, index).split("\n").length })),
  )
