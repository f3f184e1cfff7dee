import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { parseJson, problem } from "@alienplatform/core"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import { z } from "zod"

/** `installations.json`: the data directory from which each installation of this user worked last. */
const Content = z.object({ format: z.literal(1), installations: z.record(z.string(), z.string()) })
type Installations = Readonly<Record<string, string>>

/** How long another process may write, in ms; it takes less than one. */
const LOCK_WAIT_MS = 5_000

/** A file that is damaged or from a later version says nothing, and is written anew. */
export class InstallationsFile {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  directoryOf(installation: string): string | undefined {
    const known = this.#read()
    return Object.hasOwn(known, installation) ? known[installation] : undefined
  }

  /** Notes another directory, unless it is not `before` any more that is noted; says whether it did. Forgets those that are gone. */
  replace(installation: string, { before, now }: { before: string | undefined; now: string }): boolean {
    makeDirectorySync(dirname(this.#file), 0o700)
    const lock = new DatabaseSync(`${this.#file}.lock`, { timeout: LOCK_WAIT_MS })
    try {
      lock.exec("begin exclusive")
      if (this.directoryOf(installation) !== before) return false
      const kept = Object.entries(this.#read()).filter(([, directory]) => existsSync(directory))
      this.#write({ ...Object.fromEntries(kept), [installation]: now })
      return true
    } catch (cause) {
      throw problem("store_unavailable", {
        message: `${this.#file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
        cause,
      })
    } finally {
      lock.close()
    }
  }

  #read(): Installations {
    if (!existsSync(this.#file)) return {}
    const parsed = Content.safeParse(parseJson(readFileSync(this.#file, "utf8")))
    return parsed.success ? parsed.data.installations : {}
  }

  #write(installations: Installations): void {
    writeFileSync(`${this.#file}.new`, `${JSON.stringify({ format: 1, installations }, null, 2)}\n`, { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
  }
}
