import { constants } from "node:fs"
import { access, open } from "node:fs/promises"
import { delimiter, isAbsolute, join, resolve } from "node:path"
import { problem } from "@alienplatform/core"
import { kindOf } from "../files.ts"

/** The kernel reads no more of a script's first line. @see https://man7.org/linux/man-pages/man2/execve.2.html */
const MAX_FIRST_LINE = 256

export interface FindProgramOptions {
  /** Program and arguments. */
  command: readonly string[]
  /** Working directory: what a program with a slash in its name is relative to. */
  folder: string
  /** PATH of the program's environment. */
  path: string
}

/**
 * Throws `command_not_found` where a command could not be started: its program is not there or may not be executed, or
 * the interpreter that its first line names is not there. Otherwise the kernel says of all these that a file is missing,
 * and not which one, each time that it is started again.
 */
export async function findProgram({ command, folder, path }: FindProgramOptions): Promise<void> {
  const [program = ""] = command
  const refuse = (why: string) => {
    throw problem("command_not_found", {
      message: `the command ${JSON.stringify(command)} cannot be started: ${why} and run \`alien retry\`, or correct .command()`,
      outcome: "refused", // Before anything was started.
      context: { command },
    })
  }
  const found = await look(program, folder, path)
  if (found.file === undefined) return refuse(await missing(program, folder))
  if (!found.executable) return refuse(`${program} may not be executed, chmod +x`)
  const interpreter = await interpreterOf(found.file)
  if (interpreter === undefined) return
  const ran = await look(interpreter, folder, path)
  if (!ran.executable) refuse(`the first line of ${program} names ${interpreter}, which is not there; install it`)
}

async function missing(program: string, folder: string): Promise<string> {
  if (isAbsolute(program)) return `there is no ${program} on this machine; install it`
  if (program.includes("/"))
    return `there is no ${program} in its artifact, which \`alien build --list\` shows; put it there`
  if ((await kindOf(join(folder, program))) === "file")
    return `a file of its artifact is started as ./${program}; write that`
  return `there is no ${program} on the PATH of this machine; install it`
}

interface Found {
  /** Absolute path; the first that may be executed, else the first. */
  file?: string
  executable: boolean
}

async function look(program: string, folder: string, path: string): Promise<Found> {
  const places = program.includes("/")
    ? [resolve(folder, program)]
    : path.split(delimiter).map((place) => resolve(folder, place, program))
  let first: string | undefined
  for (const file of places) {
    if ((await kindOf(file).catch(() => undefined)) !== "file") continue
    if (await mayExecute(file)) return { file, executable: true }
    first ??= file
  }
  return { ...(first === undefined ? {} : { file: first }), executable: false }
}

const mayExecute = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )

/** What the first line of a script names; `env` stands for what it looks up. */
async function interpreterOf(file: string): Promise<string | undefined> {
  const start = Buffer.alloc(MAX_FIRST_LINE)
  const handle = await open(file).catch(() => undefined)
  if (!handle) return undefined // A program may be executed without being read.
  try {
    await handle.read(start, 0, MAX_FIRST_LINE, 0)
  } finally {
    await handle.close()
  }
  const [line = ""] = start.toString("latin1").split("\n")
  if (!line.startsWith("#!")) return undefined
  const [interpreter = "", ...words] = line.slice(2).trim().split(/\s+/)
  if (!interpreter.endsWith("/env")) return interpreter || undefined
  return words.find((word) => !word.startsWith("-") && !word.includes("=")) ?? interpreter
}
