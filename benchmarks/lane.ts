export interface Target {
  protocol: "http/1.1" | "h2"
  /** URL of the endpoint; `Host` and server name are taken from it. Plain HTTP for `http:`. */
  url: string
  /** Address to connect to. */
  address: string
  port: number
  /** Certificate authority that must have signed the certificate, PEM. */
  authority?: string
}

/** Clients of one kind that load one endpoint. */
export interface Lane {
  /** Name of the lane in the results. */
  name: string
  target: Target
  /** Number of connections. Each has one request at a time; over HTTP/2, `streams` at a time. */
  connections: number
  /** Concurrent streams of one connection, HTTP/2 only. Default 1. */
  streams?: number
  /**
   * Requests per second and stream, due at fixed times: a late one counts its lateness. Default: the next one at once.
   */
  rate?: number
}
