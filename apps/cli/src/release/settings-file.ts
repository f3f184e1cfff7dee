import { readFile } from "node:fs/promises"
import { resolve } from "node:path"
import { problem } from "@alienplatform/core/error"

export type JsonObject = Record<string, unknown>

/** The customer's settings as they stand in a file; what they mean is checked by the manager. Throws `settings_file_invalid`. */
export async function readSettings(file: string, cwd: string): Promise<JsonObject> {
  const path = resolve(cwd, file)
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"))
    if (isObject(value)) return value
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause)
  }
  throw invalid(path, "it holds no JSON object")
}

const invalid = (path: string, why: string, cause?: unknown) =>
  problem("settings_file_invalid", {
    message: `${path} cannot be used as stack settings: ${why}`,
    hint: "the manager's /v1/schemas/stack-settings says what belongs in it",
    cause,
  })

/** The JSON Merge Patch (RFC 7396) that turns `from` into `to`: what is not in `to` is removed. */
export function mergePatch(from: unknown, to: JsonObject): JsonObject {
  const before = isObject(from) ? from : {}
  const patch: JsonObject = {}
  for (const key of Object.keys(before)) if (!(key in to)) patch[key] = null
  for (const [key, value] of Object.entries(to)) patch[key] = isObject(value) ? mergePatch(before[key], value) : value
  return patch
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)
