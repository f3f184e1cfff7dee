import { join } from "node:path"
import { AccessLog } from "./access-log.ts"
import { RotatingFile } from "./rotating-file.ts"

/** `{directory}/{deployment}/{resource}/access.ndjson`, one for all endpoints of a resource. */
export class AccessLogs {
  readonly #directory: string | undefined
  readonly #logs = new Map<string, AccessLog>()

  /** @param directory absolute; absent: no logs are kept. */
  constructor(directory: string | undefined) {
    this.#directory = directory
  }

  /** Nothing where no logs are kept, or where a name is no name of a file. */
  logOf({ deployment, resource }: { deployment: string; resource: string }): AccessLog | undefined {
    if (this.#directory === undefined || !SAFE.test(deployment) || !SAFE.test(resource)) return undefined
    const file = join(this.#directory, deployment, resource.toLowerCase(), "access.ndjson")
    const known = this.#logs.get(file)
    if (known) return known
    const log = new AccessLog(new RotatingFile(file))
    this.#logs.set(file, log)
    return log
  }

  /** The table names these and no others. */
  retain(used: ReadonlySet<AccessLog>): void {
    for (const [file, log] of this.#logs) {
      if (used.has(log)) continue
      this.#logs.delete(file)
      log.retire()
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#logs.values()].map((log) => log.flush()))
  }
}

const SAFE = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/
