import type { Client } from "@alienplatform/api/client"
import { codeOf } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import type { Tell } from "./event.ts"

const PAUSE_MS = 250
const PAGE = 1000

export interface LogsOptions {
  /** The one to ask now: it is another one after it was destroyed and made again. */
  deployment(): string
  /** Also the requests that the gateway answered. */
  access: boolean
  /** Leaves out what was written before now. */
  onlyNew: boolean
}

/** Tells every line that the workloads write, until `signal`. A platform that keeps none is told of once. */
export async function followLogs(
  client: Client,
  { deployment, access, onlyNew }: LogsOptions,
  tell: Tell,
  { sleep }: Pick<Context, "sleep">,
  signal: AbortSignal,
): Promise<void> {
  const query = { access: access ? "true" : "false" } as const
  let since: string | undefined
  let silent = onlyNew
  let asked = deployment()
  while (!signal.aborted) {
    if (asked !== deployment()) {
      asked = deployment()
      since = undefined
    }
    try {
      const page = await client.logs(asked, { ...query, limit: silent ? 1 : PAGE, ...(since ? { since } : {}) })
      if (!silent) for (const entry of page.entries) tell({ event: "log", entry })
      silent = false
      since = page.cursor
      if (page.entries.length === PAGE) continue
    } catch (error) {
      if (signal.aborted) return
      if (codeOf(error) === "logs_not_supported") return tell({ event: "note", text: "the platform keeps no logs" })
    }
    await sleep(PAUSE_MS, signal)
  }
}
