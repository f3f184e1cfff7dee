import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { codes, factsOf } from "@alienplatform/core/codes"
import { errorPage } from "../error-page/error-page.ts"
import type { Check } from "./check.ts"
import { codesOf } from "./codes.ts"
import { isTestFile, isTypeScript, readTextFiles, type SourceFile } from "./files.ts"
import { rustCodesOf } from "./rust-codes.ts"

const PAGE = "docs/errors.md"
const TABLE = "packages/core/src/codes"

const isProduct = (path: string) =>
  path === "bin/alien" ||
  (isTypeScript(path) && /^(?:packages|providers|apps|sdks|simulators)\//.test(path) && !isTestFile(path)) ||
  isRust(path)

/** Codes of the engine's own simulated cloud, which tests alone meet. */
const isProper = ({ path }: SourceFile) => !path.startsWith("simulators/memory/")

const isRust = (path: string) => /^sdks\/.*\.rs$/.test(path)

/** Checks that every code that somebody can meet stands in the table, and no other, and that the page says what the table says. */
export const errorCodes: Check = {
  name: "error codes",
  async run(root) {
    const stale = (await readFile(join(root, PAGE), "utf8")) !== errorPage()
    return [
      ...checkCodes(await readTextFiles(root, isProduct), new Set(codes())),
      ...(stale ? [`${PAGE} is not what ${TABLE} makes it: npm run docs:errors writes it`] : []),
    ]
  },
}

/** What types cannot hold: packages that import nothing of ours, other languages, and codes that nobody uses. */
export function checkCodes(sources: readonly SourceFile[], known: ReadonlySet<string>): string[] {
  const files = sources.map((source) => (isRust(source.path) ? rustCodesOf(source) : codesOf(source)))
  const uses = new Map(
    files
      .flatMap(({ uses }, index) => (sources[index] && isProper(sources[index]) ? uses : []))
      .map(({ code, at }) => [code, at] as const)
      .reverse(),
  )
  const mentions = new Set(files.flatMap(({ mentions }) => [...mentions]))
  return [
    ...[...uses]
      .filter(([code]) => !known.has(code))
      .map(([code, at]) => `${code}: used at ${at}, not in the table of ${TABLE}`),
    ...[...known].filter((code) => !mentions.has(code)).map((code) => `${code}: in the table of ${TABLE}, never used`),
    ...files.flatMap(({ answers }) =>
      answers
        .filter(({ code, status }) => known.has(code) && !factsOf(code)?.gateway?.includes(status))
        .map(({ code, status, at }) => `${code}: answered with ${status} at ${at}, which its row does not have`),
    ),
    ...files.flatMap(({ computed }) => computed),
  ].sort()
}
