import type { OpenAPIHono } from "@alienplatform/api"
import type { Logger } from "pino"
import type { Caller } from "../tokens/caller.ts"

/** What middleware leaves for handlers. */
export interface Env {
  Variables: {
    requestId: string
    log: Logger
    /** Present on every route but the public ones. */
    token: Caller
  }
}

export type App = OpenAPIHono<Env>
