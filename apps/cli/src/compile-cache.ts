import { mkdirSync } from "node:fs"
import { enableCompileCache } from "node:module"
import { join } from "node:path"
import type { Context } from "./context.ts"
import { userPaths } from "./user-paths.ts"

/**
 * Modules that are loaded from now on, here and in our own programs, are compiled once and kept for the next start.
 * Only speed is lost where that is not possible.
 * @see https://nodejs.org/api/module.html#module-compile-cache
 */
export function keepCompiled(context: Pick<Context, "env" | "home">): void {
  try {
    const directory = join(userPaths(context).cache, "compiled")
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    enableCompileCache(directory)
  } catch {
    // A home that cannot be written, or none.
  }
}
