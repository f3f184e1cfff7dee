import { type Client, createClient } from "@alienplatform/api/client"
import { type Connection, type ConnectionOptions, findConnection } from "../connection.ts"
import type { Context } from "../context.ts"

/** An API client that knows its manager. */
export interface ManagerClient extends Client {
  /** URL of the manager, without a trailing slash. */
  readonly url: string
  /** True for the manager of this folder's `alien dev`. */
  readonly isDev: boolean
}

/** Makes a client of the manager that the options, the environment or a file name; Ctrl-C ends its requests. */
export async function connect(options: ConnectionOptions, context: Context): Promise<ManagerClient> {
  return clientOf(await findConnection(options, context), context)
}

export function clientOf({ url, token, isDev }: Connection, context: Context): ManagerClient {
  const { signal } = context.interrupts
  const client = createClient({
    url,
    token,
    fetch: (input, init) =>
      context.fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
  })
  return { ...client, url, isDev }
}
