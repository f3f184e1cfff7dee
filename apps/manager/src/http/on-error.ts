import { codeOf, problem } from "@alienplatform/core"
import { httpStatusOf } from "@alienplatform/core/codes"
import type { ErrorHandler } from "hono"
import { HTTPException } from "hono/http-exception"
import { errorBody } from "../answers/error-body.ts"
import type { Env } from "./app-types.ts"

export const onError: ErrorHandler<Env> = (thrown, c) => {
  const error = isNoJson(thrown) ? problem("request_invalid", { message: "the body is not JSON" }) : thrown
  const body = errorBody(error)
  const status = httpStatusOf(body.code)
  if (status >= 500) c.get("log").error({ code: codeOf(error), err: error }, "request failed")
  if (status === 401) c.header("www-authenticate", "Bearer")
  return c.json(body, status)
}

/** What the router throws of a body that it cannot parse. */
const isNoJson = (error: unknown): boolean => error instanceof HTTPException && error.status === 400
