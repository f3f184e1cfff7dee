import { basename, isAbsolute, posix, relative } from "node:path"
import { problem } from "@alienplatform/core/error"

export interface CommandToCheck {
  /** Whose command it is. */
  resource: string
  command: readonly string[]
  /** Files of the artifact by path from where the command runs: may they be executed? */
  files: ReadonlyMap<string, boolean>
  /** Absolute path of the source, and the folder that messages are relative to. */
  src: string
  directory: string
}

/** Programs whose first argument, unless it is an option, is the file that they run. */
const INTERPRETERS = /^(?:node|(?:ba|da|z)?sh|python[\d.]*|ruby|perl|php)$/

/**
 * Refuses a command that names a program or script of the artifact that is not in it. What is looked for on the machine
 * is checked there.
 * @throws `command_not_found`
 */
export function checkCommand(check: CommandToCheck): void {
  const [program = "", first] = check.command
  if (program.includes("/") && !isAbsolute(program)) {
    const executable = check.files.get(posix.normalize(program))
    if (executable === undefined) throw notFound(check, program)
    if (!executable) throw refuse(check, `${program} may not be executed: chmod +x`)
  }
  if (first === undefined || first.startsWith("-") || isAbsolute(first)) return
  if (INTERPRETERS.test(basename(program)) && !isThere(first, check.files)) throw notFound(check, first)
}

/** Is it a file or folder? Node takes a module without its extension as well. */
const isThere = (word: string, files: ReadonlyMap<string, boolean>): boolean => {
  const path = posix.normalize(word).replace(/\/$/, "")
  if (path === "." || files.has(path)) return true
  return [...files.keys()].some((file) => file.startsWith(`${path}/`) || file.replace(/\.\w+$/, "") === path)
}

const notFound = (check: CommandToCheck, name: string) =>
  refuse(
    check,
    `${name} does not travel; correct the command, build the file first, or name it in files of package.json`,
  )

const refuse = ({ resource, command, src, directory }: CommandToCheck, why: string) =>
  problem("command_not_found", {
    message: `the command ${JSON.stringify(command)} of ${JSON.stringify(resource)} cannot run in ${relative(directory, src) || "."}: ${why}`,
    context: { resource, command },
  })
