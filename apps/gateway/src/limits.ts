/** Times in ms, sizes in bytes. */
export interface Limits {
  /**
   * Client connections at once, those of TCP ports among them. At the limit the one that has been idle longest makes
   * room for a new one; new ones are closed when all have work under way.
   */
  connections: number
  /** The same for one address of clients, so that it leaves room to others. */
  connectionsPerPeer: number
  /** The same for all TCP ports together, which make no room: new ones are closed. */
  tcpConnections: number
  /** All headers of a request, its target among them; 431 above. */
  headerBytes: number
  /** Headers of a request; 431 above. */
  headerCount: number
  /** From the first byte of a request to the end of its headers; 408 after it. */
  headersTimeout: number
  /** How often `headersTimeout` is looked at. */
  headersCheck: number
  /** From the TCP connection to the end of the ClientHello, and from there to the end of the handshake. */
  handshakeTimeout: number
  /** An idle connection is closed after it. */
  keepAliveTimeout: number
  /**
   * A body of which fewer than `bodyBytes` came in `bodyWindow`, while the app was ready for more, is answered with
   * 408. Once the app answers, its client may be as slow as it likes: both then talk to each other.
   */
  bodyBytes: number
  bodyWindow: number
  /** A client that takes nothing of an answer for so long is cut off. Upgraded and TCP connections may. */
  readerTimeout: number
  /**
   * Requests that an HTTP/2 connection may take back before their answers, beyond one for each answer that it took: so
   * many at once, and so many a second. Above, it serves no further request.
   */
  http2WasteBurst: number
  http2WastePerSecond: number
  /** How often bodies and readers are looked at. */
  paceCheck: number
  /** A client may go on sending a body that nobody reads any more for so long, so that it gets to read the answer. */
  linger: number
  /** To a workload's port, on loopback. */
  connectTimeout: number
  /** An upstream that refused is asked last for so long. */
  avoidRefused: number
  /** Requests under way when the gateway is told to stop get this long. */
  drain: number
  /** Between two looks at `routes.json` and at the control socket. */
  poll: number
}

export const DEFAULT_LIMITS: Limits = {
  connections: 4_096,
  connectionsPerPeer: 3_072,
  tcpConnections: 2_048,
  headerBytes: 32 * 1024,
  headerCount: 256,
  headersTimeout: 30_000,
  headersCheck: 2_000,
  handshakeTimeout: 10_000,
  keepAliveTimeout: 75_000,
  bodyBytes: 1024,
  bodyWindow: 60_000,
  readerTimeout: 120_000,
  http2WasteBurst: 500,
  http2WastePerSecond: 50,
  paceCheck: 1_000,
  linger: 5_000,
  connectTimeout: 5_000,
  avoidRefused: 2_000,
  drain: 10_000,
  poll: 1_000,
}
