import type { Client } from "@alienplatform/api/client"
import { codeOf } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import type { Tell } from "./event.ts"

const PAUSE_MS = 250
const PAGE = 1000

export interface LogsOptions {
  /** Id of the deployment to ask now; it changes when the deployment is destroyed and created again. */
  deployment(): string
  /** Include requests that the gateway answered. */
  access: boolean
  /** Leave out lines written before now. */
  onlyNew: boolean
}

/** Reports every line that the workloads write, until `signal` is aborted. A platform without logs is reported once. */
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
