import { type Client, createClient } from "@alienplatform/api/client"
import { type ConnectionOptions, findConnection } from "../connection.ts"
import type { Context } from "../context.ts"

/** A client of the manager that the options, the environment or the user's file name; Ctrl-C ends its requests. */
export async function connect(options: ConnectionOptions, context: Context): Promise<Client> {
  const { url, token } = await findConnection(options, context)
  const { signal } = context.interrupts
  return createClient({
    url,
    token,
    fetch: (input, init) =>
      context.fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
  })
}
