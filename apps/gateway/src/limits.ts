/** Times in ms. */
export interface Limits {
  /** All headers of a request. */
  headerBytes: number
  /** From the first byte of a request to the end of its headers; 408 after it. */
  headersTimeout: number
  /** How often `headersTimeout` is looked at. */
  headersCheck: number
  /** From the TCP connection to the end of the TLS handshake. */
  handshakeTimeout: number
  /** An idle connection is closed after it. */
  keepAliveTimeout: number
  /** Requests under way when the gateway is told to stop get this long. */
  drain: number
  /** Between two looks at `routes.json`. */
  poll: number
}

export const DEFAULT_LIMITS: Limits = {
  headerBytes: 32 * 1024,
  headersTimeout: 30_000,
  headersCheck: 2_000,
  handshakeTimeout: 10_000,
  keepAliveTimeout: 75_000,
  drain: 10_000,
  poll: 1_000,
}
