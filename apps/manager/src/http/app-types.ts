import type { OpenAPIHono } from "@alienplatform/api"
import type { TokenRow } from "@alienplatform/store"
import type { Logger } from "pino"

/** What middleware leaves for handlers. */
export interface Env {
  Variables: {
    requestId: string
    log: Logger
    /** Present on every route but the public ones. */
    token: TokenRow
  }
}

export type App = OpenAPIHono<Env>
