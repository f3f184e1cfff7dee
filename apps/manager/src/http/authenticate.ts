import { problem } from "@alienplatform/core"
import type { Store } from "@alienplatform/store"
import type { MiddlewareHandler } from "hono"
import type { Env } from "./app-types.ts"
import { tokenOf } from "./token.ts"

/** Paths under /v1 that need no token. */
const PUBLIC = /^\/v1\/schemas\/[a-z-]+$/
/** What a customer's token is good for so far. */
const CUSTOMER = new Set(["/v1/whoami"])

/** 401 without a valid token, 403 where its role is not enough: before anything is looked up, so both reveal nothing. */
export const authenticate =
  (store: Store): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (PUBLIC.test(c.req.path)) return next()
    const token = await tokenOf(store, c.req.header("authorization"))
    if (!token)
      throw problem("unauthorized", {
        message: "the request has no valid token",
        hint: "send the header Authorization: Bearer and the token that the manager's first start printed",
      })
    if (token.role !== "admin" && !CUSTOMER.has(c.req.path))
      throw problem("forbidden", { message: "this token does not allow this request" })
    c.set("token", token)
    return next()
  }
