import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { RouteTable } from "@alienplatform/provider-local/gateway-table"
import { codeOf, problem } from "../problem.ts"

/** `routes.json` beside the gateway's configuration. */
export class TableSource {
  readonly #file: string
  #seen: string | undefined

  constructor(directory: string) {
    this.#file = join(directory, "routes.json")
  }

  /** Did the file change since it was last read? Looks at time, size and inode only; a rename gives a new inode. */
  async changed(): Promise<boolean> {
    return (await this.#fingerprint()) !== this.#seen
  }

  /** The table, or nothing while none was ever written. Throws `route_table_invalid`. */
  async read(): Promise<RouteTable | undefined> {
    // Taken before the text: a write in between is then seen as a change the next time.
    this.#seen = await this.#fingerprint()
    if (this.#seen === undefined) return undefined
    return parse(await readFile(this.#file, "utf8"), this.#file)
  }

  async #fingerprint(): Promise<string | undefined> {
    try {
      const { mtimeNs, size, ino } = await stat(this.#file, { bigint: true })
      return `${mtimeNs}-${size}-${ino}`
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined
      throw error
    }
  }
}

function parse(text: string, file: string): RouteTable {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw problem("route_table_invalid", {
      message: `${file} is not JSON (${text.length} characters); it has to be written whole and renamed`,
      cause: error,
    })
  }
  const table = RouteTable.safeParse(json)
  if (table.success) return table.data
  const [issue] = table.error.issues
  throw problem("route_table_invalid", {
    message: `${file} is no route table of format 1 (${issue?.path.join(".")}: ${issue?.message}); gateway and manager have to be of the same version`,
    cause: table.error,
  })
}
