import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { loadStack } from "@alienplatform/cli/load-stack"
import type { Fence } from "../../scripts/transcripts/fences.ts"
import { type Runner, transcriptRunner } from "../../scripts/transcripts/replay.ts"
import { differences } from "./json-shape.ts"

/** Runs `json` after a `sh` sample: compares it with what that one printed. */
const answer: Runner = async ({ text }, { answer, show }) => {
  const found = differences(JSON.parse(text), JSON.parse(show(answer)))
  if (found.length > 0) throw new Error(`is not what the sample before prints today:\n${found.join("\n")}`)
  return text
}

/** Runs `ts stack`: builds a whole stack without deploying it. */
const stack: Runner = async ({ text, line }, { sandbox }) => {
  const folder = join(sandbox.directory, `stack-${line}`)
  await mkdir(folder)
  await writeFile(join(folder, "alien.ts"), text)
  await loadStack(folder)
  return text
}

/** Skips `sh checkout`, which needs the checkout that readers of the other samples do not have. */
const keepText: Runner = async ({ text }) => text

/** The runner of a sample. A sample that nobody runs fails. */
export function runnerOf(fence: Fence): Runner {
  const { language, attributes } = fence
  if (attributes.checkout !== undefined) return keepText
  if (language === "json" && attributes.file === undefined) return answer
  if (language === "ts" && attributes.stack !== undefined) return stack
  return transcriptRunner(fence) ?? failUnrunnable
}

const failUnrunnable: Runner = async () => {
  throw new Error("nobody runs this sample")
}
