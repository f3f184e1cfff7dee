import { problem } from "@alienplatform/core"
import type { MiddlewareHandler } from "hono"
import { notFound } from "../answers/not-found.ts"
import { callerOf, type TokenSources } from "../tokens/caller.ts"
import type { Env } from "./app-types.ts"
import { forbidden } from "./forbidden.ts"
import { askedFor, mayAsk } from "./roles.ts"

/**
 * 401 without a valid token, 403 where its role is not enough, 404 for a deployment that is not the token's own: all
 * before anything of the request is looked up, so none of them tells whether a thing exists.
 */
export const authenticate =
  (sources: TokenSources): MiddlewareHandler<Env> =>
  async (c, next) => {
    const asked = askedFor(c.req.method, c.req.path)
    if (asked.needs === "public") return next()
    const caller = await callerOf(sources, c.req.header("authorization"))
    if (!caller)
      throw problem("unauthorized", {
        message: "the request has no valid token",
        hint: "send the header Authorization: Bearer and the token that the manager's first start printed, or one that was made since; a deployment's tokens end with it",
      })
    if (!mayAsk(caller.role, asked)) throw forbidden(caller.role, asked)
    if (caller.deployment !== null && asked.deployment !== undefined && asked.deployment !== caller.deployment)
      throw notFound("deployment", asked.deployment)
    c.set("token", caller)
    return next()
  }
