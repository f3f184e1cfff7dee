import { open, rename } from "node:fs/promises"
import { dirname } from "node:path"
import { parseJson, problem } from "@alienplatform/core"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { readIfThere } from "../files.ts"
import { RouteTable } from "./table.ts"

const EMPTY: RouteTable = { format: 1, version: 0, routes: [], ports: [] }

/** `gateway/routes.json`: changed by one process alone, one change after another, written whole by rename. */
export class RoutesFile {
  /** Absolute path. */
  readonly file: string
  #turn: Promise<unknown> = Promise.resolve()

  constructor(file: string) {
    this.file = file
  }

  /** Throws `routes_unreadable` when the file is damaged. */
  async read(): Promise<RouteTable> {
    const text = await readIfThere(this.file)
    if (text === undefined) return EMPTY
    const parsed = RouteTable.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    throw problem("routes_unreadable", {
      message: `${this.file} is not a route table (${issue?.path.join(".") || "root"}: ${issue?.message}); move it away, the routes are then written again`,
      outcome: "refused",
    })
  }

  /** `edit` gets the entries and the version that they will have; answers with nothing to leave all as it is. */
  change<K extends "routes" | "ports">(
    kind: K,
    edit: (entries: RouteTable[K], version: number) => RouteTable[K] | undefined,
  ): Promise<void> {
    const turn = this.#turn.then(async () => {
      const table = await this.read()
      const version = table.version + 1
      const entries = edit(table[kind], version)
      if (entries) await this.#write({ ...table, version, [kind]: entries })
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #write(table: RouteTable): Promise<void> {
    await makeDirectory(dirname(this.file), 0o700)
    const draft = `${this.file}.new`
    const file = await open(draft, "w", 0o600)
    try {
      await file.writeFile(JSON.stringify(table))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, this.file)
  }
}
