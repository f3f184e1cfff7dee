import { execFile } from "node:child_process"
import { cp, readFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"
import { z } from "zod"
import { getVerified } from "../harness/verified-https.ts"
import type { Case } from "./cases.ts"
import type { Machine } from "./machine.ts"

const execute = promisify(execFile)
const root = join(import.meta.dirname, "../..")

/** The part of `alien build --json` that the page tells. */
const Built = z.object({ artifacts: z.array(z.object({ bytes: z.int(), files: z.array(z.unknown()) })).length(1) })

export interface Outcome {
  /** Packages and programs with their versions: `express 5.3.0`. */
  versions: string[]
  artifact: { bytes: number; files: number }
  answers: { path: string; status: number; body: string }[]
}

/**
 * Copies a case's project into the sandbox, prepares it, deploys it under its name, and makes its calls over verified
 * HTTPS. Throws with the output of a command that failed.
 */
export async function runCase({ journey, environment }: Machine, tried: Case): Promise<Outcome> {
  const { name, prepare, packages, programs = [], calls } = tried
  const folder = join(journey.sandbox.directory, "frameworks", name)
  await cp(join(import.meta.dirname, "cases", name), folder, { recursive: true })

  // npm and what it runs get the Node that everything here runs on.
  const PATH = [join(root, "node_modules/.bin"), environment.PATH].join(delimiter)
  const tool = async ([program, ...args]: readonly [string, ...string[]]) =>
    (
      await execute(program, args, {
        cwd: folder,
        env: { ...environment, PATH },
        maxBuffer: 16 * 2 ** 20,
      })
    ).stdout.trim()
  const alien = async (args: readonly string[]) => {
    const { exit, stdout, stderr } = await journey.sandbox.alien(args, { cwd: folder })
    if (exit !== 0) throw new Error(`alien ${args.join(" ")} ended with ${exit}\n${stdout}${stderr}`)
    return stdout
  }

  for (const command of prepare) await tool(command)
  const [artifact] = Built.parse(JSON.parse(await alien(["build", "--json"]))).artifacts
  await alien(["deploy", name, "--yes"])
  const endpoint = await journey.endpoint(name, "app")
  const answers: Outcome["answers"] = []
  for (const { path } of calls) answers.push({ path, ...(await getVerified(endpoint, path)) })

  return {
    versions: [
      ...(await Promise.all(packages.map((known) => packageVersion(folder, known)))),
      ...(await Promise.all(programs.map(async (command) => firstVersion(command[0], await tool(command))))),
    ],
    artifact: { bytes: artifact?.bytes ?? 0, files: artifact?.files.length ?? 0 },
    answers: answers.map(({ path, status, body }) => ({ path, status, body })),
  }
}

async function packageVersion(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, "node_modules", name, "package.json"), "utf8")
  return `${name} ${z.object({ version: z.string() }).parse(JSON.parse(text)).version}`
}

const firstVersion = (program: string, printed: string): string =>
  `${program} ${/\d+(?:\.\d+)+/.exec(printed)?.[0] ?? "of an unknown version"}`
