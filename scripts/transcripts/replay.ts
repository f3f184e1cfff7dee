import { mkdir, writeFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { openSandbox, type Sandbox } from "../../tests/harness/sandbox.ts"
import { createCanonicaliser, type Places } from "./canonical.ts"
import { type Fence, mapFences } from "./fences.ts"
import { openTerminal, type Terminal } from "./terminal.ts"
import { parseTranscript, renderTranscript } from "./transcript.ts"

/** The state of a reader who follows a document, one sample after the other, on a machine of their own. */
export interface Reader {
  sandbox: Sandbox
  terminal: Terminal
  /** Turns output into the text that a transcript shows. */
  show(text: string): string
  /** Output (stdout) of the last `sh` sample. */
  answer: string
  /** Values that only the reader knows, by variable. */
  own: Record<string, string>
}

/** Runs a sample and returns the text that it should have. Throws when the sample is wrong. */
export type Runner = (fence: Fence, reader: Reader) => Promise<string>

/**
 * Follows a document from its first sample to its last and returns it as it should be. Leaves nothing running or on
 * disk.
 * @param runnerOf the runner of a sample; undefined skips it
 * @throws naming the sample's line when a runner does
 */
export async function replay(
  document: string,
  runnerOf: (fence: Fence) => Runner | undefined,
  inspect?: (reader: Reader) => Promise<void>,
): Promise<string> {
  await using sandbox = await openSandbox()
  await using terminal = await openTerminal(sandbox)
  const places: Places = { folder: terminal.folder, home: sandbox.home }
  const own = { CHECKOUT: resolve(import.meta.dirname, "../..") }
  const reader: Reader = { sandbox, terminal, show: createCanonicaliser(places), answer: "", own }
  const followed = await mapFences(document, async (fence) => {
    const runner = runnerOf(fence)
    if (!runner) return fence.text
    try {
      return await runner(fence, reader)
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      throw new Error(`the ${fence.language} sample at line ${fence.line}: ${what}`, { cause: error })
    }
  })
  await inspect?.(reader)
  return followed
}

/** Runs `ts file=alien.ts`: writes the text into the reader's folder. */
const file: Runner = async ({ attributes, text }, { terminal }) => {
  const path = resolve(terminal.folder, attributes.file ?? "")
  if (!path.startsWith(`${terminal.folder}/`)) throw new Error(`${attributes.file} lies outside the reader's folder`)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return text
}

/** Runs `sh serve`: starts `alien serve` in another terminal, until the end. */
const serve: Runner = async ({ text }, { sandbox, own }) => {
  if (text !== "alien serve\n") throw new Error("only `alien serve` goes on in the background")
  const { url, token = "" } = await sandbox.serve()
  Object.assign(own, { ALIEN_MANAGER_URL: url, ALIEN_TOKEN: token })
  return text
}

/** Runs `sh placeholders`: replaces the values of `export NAME=…` lines by the reader's own. */
const placeholders: Runner = async ({ text }, { terminal, own }) => {
  const lines = text.trimEnd().split("\n")
  const exports = lines.map((line) => {
    const [, name = ""] = /^export ([A-Z_]+)=\S+$/.exec(line) ?? []
    const value = own[name]
    if (value === undefined) throw new Error(`nobody knows what to put into ${line}`)
    return `export ${name}='${value}'\n`
  })
  await terminal.run(exports.join(""))
  return text
}

/** Runs `sh`: every command must exit with 0. */
const script: Runner = async ({ text }, reader) => {
  const { exit, stdout, shown } = await reader.terminal.run(text, { strict: true })
  if (exit !== 0) throw new Error(`ended with ${exit}\n${text}${stdout}${shown}`)
  reader.answer = stdout
  return text
}

/** Runs `console`: returns each command with what it prints today. */
const transcript: Runner = async ({ text }, { terminal, show }) => {
  const said = []
  for (const { command } of parseTranscript(text)) {
    const { shown } = await terminal.run(command)
    said.push({ command, output: show(shown) })
  }
  return renderTranscript(said)
}

/**
 * The runner that writes a document's transcripts; undefined for samples that are only read, or run by the tests of
 * documents.
 */
export function transcriptRunner({ language, attributes }: Fence): Runner | undefined {
  if (attributes.file !== undefined) return file
  if (attributes.serve !== undefined) return serve
  if (attributes.placeholders !== undefined) return placeholders
  if (language === "console") return transcript
  // Of the checkout, not of a reader's folder.
  if (attributes.checkout !== undefined) return undefined
  return language === "sh" ? script : undefined
}
