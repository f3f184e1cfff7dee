import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Journey } from "./journey.ts"

/** Files of a stack by their paths; `alien.ts` among them. */
export type Files = Readonly<Record<string, string>>

/**
 * Source of an `alien.ts` that adds resources to one stack; `declared` has builder calls by the variable that holds
 * them.
 */
export const stackOf = (declared: Files): string => `
import * as alien from "@alienplatform/core"
const toolchain = { type: "typescript" } as const
const source = (src: string) => ({ type: "source", src, toolchain }) as const
${Object.entries(declared)
  .map(([name, call]) => `const ${name} = ${call}.build()`)
  .join("\n")}
export default new alien.Stack("project")${Object.keys(declared)
  .map((name) => `.add(${name}, "live")`)
  .join("")}.build()
`

/** Writes a project into a folder of the sandbox, over what was there; returns the folder. */
export async function writeProject({ sandbox }: Pick<Journey, "sandbox">, name: string, files: Files): Promise<string> {
  const folder = join(sandbox.directory, "projects", name)
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return folder
}

/**
 * Runs `alien deploy` of a project; returns the deployment's id. Throws with the command's output unless everything is
 * ready.
 */
export async function deployProject(journey: Journey, name: string, files: Files): Promise<string> {
  const cwd = await writeProject(journey, name, files)
  const { exit, stdout, stderr } = await journey.sandbox.alien(["deploy", name, "--yes"], { cwd })
  if (exit !== 0) throw new Error(`alien deploy ${name} ended with ${exit}\n${stdout}${stderr}`)
  return deploymentIdOf(journey, name)
}

export async function deploymentIdOf({ client }: Journey, name: string): Promise<string> {
  const { items } = await client.deployments({ name })
  const [found] = items
  if (!found) throw new Error(`there is no deployment ${name}`)
  return found.id
}
