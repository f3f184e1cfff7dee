/**
 * `npm run transcripts [-- --check] [file…]`: runs the commands of every `console` block again and writes what they print
 * today into the documents, and the list of commands into docs/cli.md. With --check nothing is written: the exit code is 1
 * and the difference is shown where a document is not as it should be.
 */
import { readFile, writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { commandPage } from "./command-page.ts"
import { lineDiff } from "./diff.ts"
import { replay, transcriptRunner } from "./replay.ts"

const root = resolve(import.meta.dirname, "../..")

/** Documents, and the function that brings each up to date. */
const DOCUMENTS: Readonly<Record<string, (document: string) => Promise<string>>> = {
  "README.md": (document) => replay(document, transcriptRunner),
  "docs/first-steps.md": (document) => replay(document, transcriptRunner),
  "docs/external-urls.md": (document) => replay(document, transcriptRunner),
  "docs/cli.md": async (document) => commandPage(document),
}

const { values, positionals } = parseArgs({
  options: { check: { type: "boolean", default: false } },
  allowPositionals: true,
})
for (const path of positionals.length > 0 ? positionals : Object.keys(DOCUMENTS)) {
  const make = DOCUMENTS[path]
  if (!make) throw new Error(`${path} has no transcripts; there are ${Object.keys(DOCUMENTS).join(", ")}`)
  const started = performance.now()
  const document = await readFile(join(root, path), "utf8")
  const fresh = await make(document)
  const difference = lineDiff(document, fresh)
  if (difference && !values.check) await writeFile(join(root, path), fresh)
  const state = difference === "" ? "as it should be" : values.check ? "differs" : "written again"
  process.stdout.write(`${path}: ${state} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`)
  if (difference && values.check) {
    process.stdout.write(`${difference}\n`)
    process.exitCode = 1
  }
}
if (process.exitCode === 1) process.stdout.write("`npm run transcripts` writes them again\n")
