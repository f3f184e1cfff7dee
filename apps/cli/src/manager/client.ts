import { type Client, createClient } from "@alienplatform/api/client"
import { type Connection, type ConnectionOptions, findConnection } from "../connection.ts"
import type { Context } from "../context.ts"

/** An API client that knows its manager. */
export interface ManagerClient extends Client, Omit<Connection, "token"> {}

/**
 * Makes a client of the manager that the options, the environment, `alien dev` or a file name, and says so where the
 * user's file names another one; Ctrl-C ends its requests.
 */
export async function connect(options: ConnectionOptions, context: Context): Promise<ManagerClient> {
  const connection = await findConnection(options, context)
  if (connection.from === "dev" && connection.passedOver !== undefined)
    context.stderr.write(`Asks the \`alien dev\` that runs here, not ${connection.passedOver}: that takes --manager.\n`)
  return clientOf(connection, context)
}

export function clientOf({ token, ...connection }: Connection, context: Context): ManagerClient {
  const { signal } = context.interrupts
  const client = createClient({
    url: connection.url,
    token,
    fetch: (input, init) =>
      context.fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
  })
  return { ...client, ...connection }
}
