export interface Target {
  protocol: "http/1.1" | "h2"
  /** `Host` and server name come from it. Plain HTTP for `http:`. */
  url: string
  /** Where to connect. */
  address: string
  port: number
  /** PEM; what the certificate has to be signed by. */
  authority?: string
}

/** Clients of one kind that ask one endpoint. */
export interface Lane {
  /** Names the lane in what comes back. */
  name: string
  target: Target
  /** Each asks one thing at a time; over HTTP/2 they share one connection for `streams`. */
  connections: number
  /** Of one connection, HTTP/2 only. Default 1. */
  streams?: number
  /** Requests a second and stream, due at fixed times: a late one counts its lateness. Default: the next at once. */
  rate?: number
}
