import { readFile } from "node:fs/promises"
import { resolve } from "node:path"
import { AlienError, codeOf, problem, violations } from "@alienplatform/core/error"
import { violationsOf } from "../output/violations.ts"
import { memberLines } from "./json-lines.ts"

export type JsonObject = Record<string, unknown>

/** The customer's settings read from a file. */
export interface SettingsFile {
  /** Name of the file as it was given. */
  name: string
  text: string
  value: JsonObject
}

/**
 * Reads settings from a file and checks them before anything else happens. Throws `settings_file_invalid` for what is
 * no JSON object, `settings_invalid` for what no deployment accepts, with the line of every mistake.
 */
export async function readSettings(file: string, cwd: string): Promise<SettingsFile> {
  let text: string
  let value: unknown
  try {
    text = await readFile(resolve(cwd, file), "utf8")
    value = JSON.parse(text)
  } catch (cause) {
    throw settingsFileInvalid(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
  if (!isObject(value)) throw settingsFileInvalid(file, "it holds no JSON object")
  const settings = { name: file, text, value }
  // Schemas are loaded here and not before.
  const { parseStackSettings } = await import("@alienplatform/core")
  await withLocations(settings, async () => parseStackSettings(value))
  return settings
}

const CODES = ["settings_invalid", "setting_not_supported"] as const

/** Runs `work`; adds file and line to mistakes in the settings that it throws. */
export async function withLocations<T>(file: SettingsFile | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = CODES.find((code) => codeOf(error) === code)
    if (!file || !(error instanceof AlienError) || !code) throw error
    const found = violationsOf(error.context)
    if (found.length === 0) throw error
    const lines = memberLines(file.text)
    throw violations(
      code,
      file.name,
      found.map((violation) => {
        const line = nearestLine(lines, violation.path)
        return { ...violation, file: file.name, ...(line === undefined ? {} : { line }) }
      }),
    )
  }
}

/** Line of a member, else of the one that it is missing in. */
function nearestLine(lines: ReadonlyMap<string, number>, path: string): number | undefined {
  for (let at = path; at !== ""; at = at.replace(/(?:\.?[^.[\]]+|\[[^\]]*\])$/, "")) {
    const line = lines.get(at)
    if (line !== undefined) return line
    if (!/(?:\.?[^.[\]]+|\[[^\]]*\])$/.test(at)) return undefined
  }
  return undefined
}

const settingsFileInvalid = (name: string, why: string, cause?: unknown) =>
  problem("settings_file_invalid", {
    message: `${name} cannot be used as stack settings: ${why}`,
    hint: "the manager's /v1/schemas/stack-settings says what belongs in it",
    cause,
  })

/** The JSON Merge Patch (RFC 7396) that turns `from` into `to`: members missing in `to` are removed. */
export function mergePatch(from: unknown, to: JsonObject): JsonObject {
  const before = isObject(from) ? from : {}
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(to, key))
  const inner = (key: string) => (Object.hasOwn(before, key) ? before[key] : undefined)
  // From entries: `__proto__` becomes a member like any other, which the manager then refuses.
  return Object.fromEntries([
    ...removed.map((key) => [key, null]),
    ...Object.entries(to).map(([key, value]) => [key, isObject(value) ? mergePatch(inner(key), value) : value]),
  ])
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)
