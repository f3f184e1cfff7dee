import { mkdirSync, statSync } from "node:fs"
import { mkdir, stat } from "node:fs/promises"
import { dirname } from "node:path"

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code

/**
 * Makes a directory and those above it, all with `mode`; one that is there is left as it is. Throws the system's own
 * error.
 *
 * Used for `mkdir` with `recursive`, which never returns and ignores signals where a directory is there but lets none
 * be made in it and says ENOENT, as below /proc.
 */
export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, { mode })
  } catch (error) {
    const parent = dirname(path)
    if (codeOf(error) === "ENOENT" && parent !== path && !(await isThere(parent))) {
      await makeDirectory(parent, mode)
      await makeDirectory(path, mode)
    } else if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw error
  }
}

/** As `makeDirectory`, at once. */
export function makeDirectorySync(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    const parent = dirname(path)
    const isMissing = codeOf(error) === "ENOENT" && parent !== path
    if (isMissing && !statSync(parent, { throwIfNoEntry: false })) {
      makeDirectorySync(parent, mode)
      makeDirectorySync(path, mode)
    } else if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
