import { codeOf } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import type { Paint } from "../output/style.ts"
import { paintFor } from "../output/style.ts"
import { ownVersion } from "../own-version.ts"
import { dataDirectoriesOf } from "../serve/data-directories.ts"
import { inspect } from "../serve/inspect.ts"
import { errorFinding, type Finding, type Health } from "./finding.ts"
import { localFindings } from "./local.ts"
import { checkBuilder, checkDataDirectory, checkHome, checkLocalhostNames, checkNode } from "./machine.ts"
import { managerFindings } from "./manager.ts"
import { projectPackages } from "./packages.ts"

export interface DoctorOptions extends CommonOptions {
  data?: string
}

/**
 * `alien doctor`: checks everything that must be right on this machine and in this folder, and changes nothing. Exit
 * code 1 when something fails.
 */
export const doctor: Action<DoctorOptions> = async (_, options, context) => {
  const findings = await Promise.all([
    checkNode(process.versions.node),
    checkHome(context),
    checkBuilder(),
    projectPackages(context.cwd, ownVersion()),
    checkLocalhostNames(),
    localPlatformFindings(options, context),
    managerFindings(options, context),
  ])
  return report(findings.flat(), options, context)
}

/** What there is to say of the data directories: the user's own or the one that is named, and that of `alien dev` here. */
async function localPlatformFindings(options: DoctorOptions, context: Context): Promise<Finding[]> {
  try {
    const directories = await dataDirectoriesOf(options, context)
    if ("named" in directories) return await directoryFindings(directories.named, context)
    const { ofDev, ofUser } = directories
    const found = await directoryFindings(ofUser, context)
    if (ofDev === undefined) return found
    // Both have one authority.
    const others = (await directoryFindings(ofDev, context)).filter(({ check }) => check !== "authority")
    return [...found, ...others.map((one) => ({ ...one, check: `dev: ${one.check}` }))]
  } catch (error) {
    // Told by the check of the home directory.
    return codeOf(error) === "home_invalid" ? [] : [errorFinding("configuration", error)]
  }
}

async function directoryFindings(data: string, context: Context): Promise<Finding[]> {
  const local = inspect(data, context)
    .then((found) => localFindings(found, context.now(), process.platform))
    .catch((error: unknown) => {
      if (codeOf(error) === "home_invalid") throw error
      return [errorFinding("local", error)]
    })
  const [directory, findings] = await Promise.all([checkDataDirectory(data), local])
  return [directory, ...findings]
}

/** Prints findings and returns the exit code, which follows from the worst. */
export function report(findings: readonly Finding[], { json }: CommonOptions, context: Context): number {
  const broken = findings.filter(({ health }) => health === "fail").length
  if (json) context.stdout.write(`${JSON.stringify({ healthy: broken === 0, findings })}\n`)
  else {
    const paint = paintFor(context.stdout, context.env)
    const width = Math.max(...findings.map(({ check }) => check.length))
    for (const finding of findings) context.stdout.write(`${lineOf(finding, width, paint)}\n`)
    context.stdout.write(`\n${summary(findings, broken)}\n`)
  }
  return broken > 0 ? EXIT.failed : EXIT.ok
}

const MARK = { ok: ["green", "✔"], warn: ["yellow", "!"], fail: ["red", "✖"] } as const satisfies Record<
  Health,
  unknown
>

function lineOf({ check, health, message, fix }: Finding, width: number, paint: Paint): string {
  const [colour, mark] = MARK[health]
  const margin = " ".repeat(width + 4)
  return [
    `${paint(colour, mark)} ${check.padEnd(width)}  ${message}`,
    ...(fix ? [`${margin}${paint("dim", "→")} ${fix}`] : []),
  ].join("\n")
}

function summary(findings: readonly Finding[], broken: number): string {
  const odd = findings.filter(({ health }) => health === "warn").length
  if (broken > 0) return `${broken} of ${findings.length} checks failed.`
  return odd > 0 ? `Nothing is broken; ${odd} ${odd === 1 ? "thing" : "things"} to know.` : "Everything is fine."
}
