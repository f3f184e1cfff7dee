import { realpath } from "node:fs/promises"
import { resolve } from "node:path"

/**
 * Absolute path of a data directory without links in it: sockets, ports and processes are found by it, whichever name
 * was given. One that is not there is answered as it was given. Follows links of anybody: check first that they are safe.
 */
export const realDirectory = (given: string): Promise<string> =>
  realpath(given).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return resolve(given)
    throw error
  })
