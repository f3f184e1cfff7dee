import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Check } from "./check.ts"
import { codesOf } from "./codes.ts"
import { isTestFile, isTypeScript, readTextFiles, type SourceFile } from "./files.ts"
import { rustCodesOf } from "./rust-codes.ts"

const PAGE = "docs/errors.md"

/** Is the file part of the product? Codes of the engine's own simulated cloud are met by tests only. */
const isProduct = (path: string) =>
  path === "bin/alien" ||
  (isTypeScript(path) &&
    /^(?:packages|providers|apps|sdks|simulators)\//.test(path) &&
    !path.startsWith("simulators/memory/") &&
    !isTestFile(path)) ||
  isRust(path)

const isRust = (path: string) => /^sdks\/.*\.rs$/.test(path)

/** Checks that docs/errors.md explains every code that somebody can meet, and no other. */
export const errorCodes: Check = {
  name: "error codes",
  async run(root) {
    return checkCodes(await readTextFiles(root, isProduct), await readFile(join(root, PAGE), "utf8"))
  },
}

export function checkCodes(sources: readonly SourceFile[], page: string): string[] {
  const headings = [...page.matchAll(/^## +`?([^`\n]+?)`? *$/gm)].map(([, code = ""]) => code)
  const files = sources.map((source) => (isRust(source.path) ? rustCodesOf(source) : codesOf(source)))
  const uses = new Map(files.flatMap(({ uses }) => uses.map(({ code, at }) => [code, at] as const)).reverse())
  const mentions = new Set(files.flatMap(({ mentions }) => [...mentions]))
  const known = new Set(headings)
  return [
    ...[...uses]
      .filter(([code]) => !known.has(code))
      .map(([code, at]) => `${code}: used at ${at}, no heading in ${PAGE}`),
    ...[...known].filter((code) => !mentions.has(code)).map((code) => `${code}: a heading in ${PAGE}, never used`),
    ...headings
      .filter((code, place) => headings.indexOf(code) !== place)
      .map((code) => `${code}: two headings in ${PAGE}`),
    ...files.flatMap(({ computed }) => computed),
  ].sort()
}
