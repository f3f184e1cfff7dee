import type { ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import type { ClientConnection } from "../connections/client-connection.ts"

interface Http1Connection {
  readonly connection: ClientConnection
  /** Of its requests that are not over, in order. */
  readonly open: Set<ServerResponse>
  /** One listener for all of its answers. */
  closed(this: ServerResponse): void
}

/** What is under way on the connections that speak HTTP/1.1, so that they count as busy for as long. */
export class Http1Connections {
  readonly #known = new WeakMap<Duplex, Http1Connection>()

  add(socket: Duplex, connection: ClientConnection): void {
    const open = new Set<ServerResponse>()
    this.#known.set(socket, {
      connection,
      open,
      closed() {
        open.delete(this)
        connection.end()
      },
    })
  }

  /** To be told of every request. */
  began(socket: Duplex, response: ServerResponse): void {
    const known = this.#known.get(socket)
    if (known === undefined) return
    known.open.add(response)
    known.connection.begin()
    response.on("close", known.closed)
  }

  /** To its end it is a connection of another protocol. */
  upgraded(socket: Duplex): void {
    this.#known.get(socket)?.connection.begin()
  }

  open(socket: Duplex): Iterable<ServerResponse> {
    return this.#known.get(socket)?.open ?? []
  }
}
