import { readFileSync } from "node:fs"
import type { OpenApiDocument } from "./document.ts"

const VARIABLE = "MANAGER_API_CONTRACT"

/** Reads the published document, or says why there is none to compare with. In CI there must be one: throws there. */
export function contractFrom(env: NodeJS.ProcessEnv): { document: OpenApiDocument } | { missing: string } {
  const file = env[VARIABLE]
  const found = file ? read(file) : undefined
  if (found !== undefined) return { document: JSON.parse(found) }
  const missing = file
    ? `${VARIABLE} is ${file}, where no file is`
    : `${VARIABLE} is not set; set it to the path of the published OpenAPI document`
  if (env.CI === "true") throw new Error(missing)
  return { missing }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}
