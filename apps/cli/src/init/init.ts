import { existsSync, statSync } from "node:fs"
import { basename, join, relative, resolve } from "node:path"
import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { paintFor } from "../output/style.ts"
import { ownVersion } from "../own-version.ts"
import { type Answers, askPerson } from "./ask.ts"
import { installLine, type OwnPackage, ownPackages } from "./own-packages.ts"
import { projectName } from "./project-name.ts"
import { projectFiles, TEMPLATES, templateNamed } from "./template.ts"
import { type Written, writeProject } from "./write-project.ts"

export interface InitOptions extends CommonOptions {
  template?: string
  yes?: boolean
  packages?: boolean
}

/** Services that `init` uses; tests pass their own. */
export interface InitSources {
  ask(asked: { directory: boolean; template: boolean }): Promise<Answers | undefined>
  packages(): Promise<OwnPackage[]>
}

/**
 * `alien init [DIRECTORY]`: writes a stack to start from. On a terminal it asks for what was not said.
 * `--json`: `{"directory", "name", "template", "written", "kept"}`; with `--packages`: `{"directory", "written"}`.
 */
export const init: Action<InitOptions> = (args, options, context) =>
  initWith({ ask: askPerson, packages: ownPackages }, args, options, context)

export async function initWith(
  sources: InitSources,
  [directory]: readonly string[],
  options: InitOptions,
  context: Context,
): Promise<number> {
  if (options.packages) return writePackages(sources, resolve(context.cwd, directory ?? "."), options, context)
  const given = options.template === undefined ? undefined : templateNamed(options.template)
  const asks = !options.yes && !options.json && context.stdin.isTTY === true && context.stdout.isTTY === true
  const unsaid = { directory: directory === undefined, template: given === undefined }
  const answers = asks && (unsaid.directory || unsaid.template) ? await sources.ask(unsaid) : {}
  if (answers === undefined) {
    context.stdout.write("Nothing was written.\n")
    return EXIT.interrupted
  }
  const folder = resolve(context.cwd, directory ?? answers.directory ?? ".")
  const template = given ?? answers.template ?? TEMPLATES[0]
  refuseFile(folder)
  refuseStack(folder)

  const name = projectName(basename(folder))
  const packages = await sources.packages()
  const { written, kept } = await writeProject(folder, await projectFiles(template, { name, packages }))
  if (options.json) {
    context.stdout.write(`${JSON.stringify({ directory: folder, name, template, written, kept })}\n`)
    return EXIT.ok
  }
  const install = kept.includes("package.json") ? installLine(packages) : "npm install"
  report(context, { folder, title: name, what: `a ${template}`, written, kept, next: [install, "alien dev"] })
  return EXIT.ok
}

/** Runs `--packages`: writes this version's packages into an existing project, over any of the same version. */
async function writePackages(
  sources: InitSources,
  folder: string,
  { json }: InitOptions,
  context: Context,
): Promise<number> {
  refuseFile(folder)
  const packages = await sources.packages()
  const files = new Map(packages.map(({ path, tarball }) => [path, tarball]))
  const { written } = await writeProject(folder, files, { replace: true })
  if (json) context.stdout.write(`${JSON.stringify({ directory: folder, written })}\n`)
  else {
    const title = `alien ${ownVersion()}`
    report(context, { folder, title, what: "its packages", written, kept: [], next: [installLine(packages)] })
  }
  return EXIT.ok
}

interface Report extends Written {
  folder: string
  title: string
  what: string
  /** Command lines to run next, in the folder. */
  next: readonly string[]
}

function report({ stdout, env, cwd }: Context, { folder, title, what, written, kept, next }: Report): void {
  const paint = paintFor(stdout, env)
  const here = relative(cwd, folder)
  const lines = [
    `${paint("green", "✔")} ${paint("bold", title)}, ${what}, in ${folder}`,
    ...written.map((path) => `  ${paint("green", "+")} ${path}`),
    ...kept.map((path) => `  ${paint("dim", "=")} ${path}  ${paint("dim", "was there, left as it is")}`),
    "",
    paint("dim", "Next:"),
    ...[...(here ? [`cd ${shellQuote(here)}`] : []), ...next].map((line) => `  ${line}`),
  ]
  stdout.write(`${lines.join("\n")}\n`)
}

function refuseFile(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw problem("init_failed", { message: `${folder} is a file`, hint: "name a folder: alien init DIRECTORY" })
}

function refuseStack(folder: string): void {
  for (const stack of ["alien.ts", "alien.js", "alien.mjs"])
    if (existsSync(join(folder, stack)))
      throw problem("stack_exists", {
        message: `${join(folder, stack)} is there already; nothing was written`,
        hint: "run it with alien dev, choose another folder (alien init DIRECTORY), or take only the packages of this alien (alien init --packages)",
      })
}

const shellQuote = (path: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
