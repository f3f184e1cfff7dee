import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { loadStack } from "@alienplatform/cli/load-stack"
import type { Fence } from "../../scripts/transcripts/fences.ts"
import { type Runner, transcriptRunner } from "../../scripts/transcripts/replay.ts"
import { differences } from "./json-shape.ts"

/** `json` after a `sh` sample: what that one printed. */
const answer: Runner = async ({ text }, { answer, show }) => {
  const found = differences(JSON.parse(text), JSON.parse(show(answer)))
  if (found.length > 0) throw new Error(`is not what the sample before prints today:\n${found.join("\n")}`)
  return text
}

/** `ts stack`: a whole stack, built and not deployed. */
const stack: Runner = async ({ text, line }, { sandbox }) => {
  const folder = join(sandbox.directory, `stack-${line}`)
  await mkdir(folder)
  await writeFile(join(folder, "alien.ts"), text)
  await loadStack(folder)
  return text
}

/** `sh checkout`: for the folder of the checkout, which readers of the other samples do not have. */
const keepText: Runner = async ({ text }) => text

/** Every sample has a runner: what nobody runs is no sample, and fails. */
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
