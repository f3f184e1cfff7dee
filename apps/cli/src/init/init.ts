import { existsSync, readFileSync, statSync } from "node:fs"
import { basename, join, relative, resolve } from "node:path"
import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { paintFor } from "../output/style.ts"
import { type Answers, askPerson } from "./ask.ts"
import { projectName } from "./project-name.ts"
import { projectFiles, TEMPLATES, templateNamed } from "./template.ts"
import { writeProject } from "./write-project.ts"

export interface InitOptions extends CommonOptions {
  template?: string
  yes?: boolean
}

/**
 * `alien init [DIRECTORY]`: writes a stack to start from. On a terminal it asks for what was not said.
 * `--json`: `{"directory", "name", "template", "written", "kept"}`.
 */
export const init: Action<InitOptions> = (args, options, context) => initWith(askPerson, args, options, context)

/** The same with another way to ask. */
export async function initWith(
  ask: (asked: { directory: boolean; template: boolean }) => Promise<Answers | undefined>,
  [directory]: readonly string[],
  options: InitOptions,
  context: Context,
): Promise<number> {
  const given = options.template === undefined ? undefined : templateNamed(options.template)
  const asks = !options.yes && !options.json && context.stdin.isTTY === true && context.stdout.isTTY === true
  const unsaid = { directory: directory === undefined, template: given === undefined }
  const answers = asks && (unsaid.directory || unsaid.template) ? await ask(unsaid) : {}
  if (answers === undefined) {
    context.stdout.write("Nothing was written.\n")
    return EXIT.failed
  }
  const folder = resolve(context.cwd, directory ?? answers.directory ?? ".")
  const template = given ?? answers.template ?? TEMPLATES[0]
  refuse(folder)

  const name = projectName(basename(folder))
  const { written, kept } = await writeProject(folder, await projectFiles(template, { name, version: version() }))
  if (options.json) {
    context.stdout.write(`${JSON.stringify({ directory: folder, name, template, written, kept })}\n`)
    return EXIT.ok
  }
  const paint = paintFor(context.stdout, context.env)
  const here = relative(context.cwd, folder)
  const lines = [
    `${paint("green", "✔")} ${paint("bold", name)}, a ${template}, in ${folder}`,
    ...written.map((path) => `  ${paint("green", "+")} ${path}`),
    ...kept.map((path) => `  ${paint("dim", "=")} ${path}  ${paint("dim", "was there, left as it is")}`),
    "",
    paint("dim", "Next:"),
    ...(here ? [`  cd ${quoted(here)}`] : []),
    `  npm install${kept.includes("package.json") ? ` @alienplatform/core@${version()} @alienplatform/sdk@${version()}` : ""}`,
    "  alien dev",
  ]
  context.stdout.write(`${lines.join("\n")}\n`)
  return EXIT.ok
}

function refuse(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw problem("init_failed", { message: `${folder} is a file`, hint: "name a folder: alien init DIRECTORY" })
  for (const stack of ["alien.ts", "alien.js", "alien.mjs"])
    if (existsSync(join(folder, stack)))
      throw problem("stack_exists", {
        message: `${join(folder, stack)} is there already; nothing was written`,
        hint: "run it with alien dev, or choose another folder: alien init DIRECTORY",
      })
}

const quoted = (path: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`

/** Of this package, which is released with all others. */
function version(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "latest"
}
