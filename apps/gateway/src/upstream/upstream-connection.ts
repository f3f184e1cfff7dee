import type { Socket } from "node:net"
import { type buildConnector, Client, type Dispatcher } from "undici"
import { ContinueFilter } from "./continue-filter.ts"

export interface ConnectionOptions extends Client.Options {
  connect: buildConnector.connector
}

/**
 * One of a pool's connections, with one request at a time. undici takes `100 Continue` for the end of all order and
 * closes the connection, with the request that the app has begun on: it is taken out of what undici gets to see.
 */
export class UpstreamConnection extends Client {
  readonly #filter: ContinueFilter

  constructor(origin: string | URL, options: ConnectionOptions) {
    const filter = new ContinueFilter()
    super(origin, { ...options, connect: filtered(options.connect, filter) })
    this.#filter = filter
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandlers): boolean {
    this.#filter.expect(handler)
    return super.dispatch(options, handler)
  }
}

const filtered =
  (connect: buildConnector.connector, filter: ContinueFilter): buildConnector.connector =>
  (options, callback) =>
    connect(options, (error, socket) => {
      if (error !== null) callback(error, null)
      else callback(null, withFilter(socket, filter))
    })

/** `push` is where a socket's bytes arrive in its buffer. */
function withFilter<S extends Socket>(socket: S, filter: ContinueFilter): S {
  const push = socket.push.bind(socket)
  socket.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (!filter.active) return push(chunk, encoding)
    if (chunk === null) {
      const held = filter.end()
      if (held !== undefined) push(held)
      return push(null)
    }
    const rest = filter.take(chunk)
    // Nothing is left to push: the socket may go on reading.
    return rest.length === 0 || push(rest, encoding)
  }
  return socket
}
