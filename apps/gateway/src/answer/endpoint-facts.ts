import type { AccessLog } from "./access-log/access-log.ts"

/** What an answer of the gateway itself may say of the endpoint that was asked for. */
export interface EndpointFacts {
  host: string
  /** The name, or the id where there is none. */
  deployment: string
  resource: string
  endpoint: string
  /** Where its requests are noted; undefined where no access logs are kept. */
  log: AccessLog | undefined
}

/** One of the endpoints that are served here. */
export interface ServedEndpoint {
  url: string
  deployment: string
  resource: string
  endpoint: string
}
