/** Times in ms, sizes in bytes. */
export interface Limits {
  /**
   * Client connections at once, those of TCP ports among them. At the limit the one that has been idle longest makes
   * room for a new one; new ones are closed when all have work under way.
   */
  maxConnections: number
  /** Client connections at once from one address, so that it leaves room to others. */
  maxConnectionsPerPeer: number
  /**
   * Client connections at once on all TCP ports together. None is closed for another; new ones are closed at the
   * limit.
   */
  maxTcpConnections: number
  /** Bytes of all headers of a request, its target among them; 431 above. */
  maxHeaderBytes: number
  /** Number of headers of a request; 431 above. */
  maxHeaders: number
  /** Time from the first byte of a request to the end of its headers; 408 after it. */
  headersTimeoutMs: number
  /** Time between two checks of `headersTimeoutMs`. */
  headersCheckMs: number
  /** Time from the TCP connection to the end of the ClientHello, and again from there to the end of the handshake. */
  handshakeTimeoutMs: number
  /** Time after which an idle connection is closed. */
  keepAliveTimeoutMs: number
  /**
   * A body of which fewer than `minBodyBytes` came in `bodyWindowMs`, while the app was ready for more, is answered with
   * 408. Once the app answers, its client may be as slow as it likes: both then talk to each other.
   */
  minBodyBytes: number
  bodyWindowMs: number
  /** Time after which a client that takes nothing of an answer is cut off; upgraded and TCP connections are not. */
  readerTimeoutMs: number
  /**
   * Requests that an HTTP/2 connection may take back before their answers, beyond one for each answer that it took: so
   * many at once, and so many a second. Above, it serves no further request.
   */
  http2WasteBurst: number
  http2WastePerSecond: number
  /** Time between two checks of the pace of bodies and readers. */
  paceCheckMs: number
  /** Time for which a client may go on sending a body that nobody reads, so that it gets to read the answer. */
  lingerMs: number
  /** Time for a connection to a workload's port on loopback. */
  connectTimeoutMs: number
  /** Time for which an upstream that refused a connection is asked last. */
  avoidRefusedMs: number
  /** Time that requests under way get when the gateway stops. */
  drainMs: number
  /** Time between two looks at `routes.json` and at the control socket. */
  pollMs: number
}

export const DEFAULT_LIMITS: Limits = {
  maxConnections: 4_096,
  maxConnectionsPerPeer: 3_072,
  maxTcpConnections: 2_048,
  maxHeaderBytes: 32 * 1024,
  maxHeaders: 256,
  headersTimeoutMs: 30_000,
  headersCheckMs: 2_000,
  handshakeTimeoutMs: 10_000,
  keepAliveTimeoutMs: 75_000,
  minBodyBytes: 1024,
  bodyWindowMs: 60_000,
  readerTimeoutMs: 120_000,
  http2WasteBurst: 500,
  http2WastePerSecond: 50,
  paceCheckMs: 1_000,
  lingerMs: 5_000,
  connectTimeoutMs: 5_000,
  avoidRefusedMs: 2_000,
  drainMs: 10_000,
  pollMs: 1_000,
}
