import { resolve } from "node:path"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { artifactText } from "../output/artifact.ts"
import { progressFor, silent } from "../output/progress.ts"
import { screenFor } from "../output/style.ts"
import { buildStack } from "../release/build-stack.ts"

export interface BuildCommandOptions extends CommonOptions {
  stack?: string
  list?: boolean
  target?: string
}

/**
 * `alien build`: builds, and tells what is in each artifact. `--json`: `{artifacts: [{resource, sha256, bytes, files}]}`
 * with every file and module.
 */
export const build: Action<BuildCommandOptions> = async (_, { stack = ".", list = false, target, json }, context) => {
  const progress = json ? silent : progressFor(context, json)
  await using built = await progress.step("build the stack", (report) =>
    buildStack(resolve(context.cwd, stack), report, context.interrupts.signal, { target }),
  )
  const screen = screenFor(context.stdout, context.env)
  const texts = built.contents.map((artifact) => artifactText(artifact, list, screen))
  const nothing = "Nothing is built: every resource of the stack comes from an image.\n"
  if (json) context.stdout.write(`${JSON.stringify({ artifacts: built.contents })}\n`)
  else context.stdout.write(texts.length === 0 ? nothing : `${texts.join("\n\n")}\n`)
  return EXIT.ok
}
