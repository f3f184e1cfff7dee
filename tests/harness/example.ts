import { join } from "node:path"
import { examples } from "./example-stacks.ts"
import type { Journey } from "./journey.ts"

/**
 * Runs `alien deploy` of an example as its README says. Throws with the command's output unless everything is ready.
 */
export async function deployExample({ sandbox }: Journey, example: string, name = example): Promise<void> {
  const { exit, stdout, stderr } = await sandbox.alien(["deploy", name, "--yes"], { cwd: join(examples, example) })
  if (exit !== 0) throw new Error(`alien deploy ${name} ended with ${exit}\n${stdout}${stderr}`)
}
