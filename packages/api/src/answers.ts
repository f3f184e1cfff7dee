import type { z } from "@hono/zod-openapi"
import { ErrorBody } from "./error-body.ts"

/** A JSON answer in an OpenAPI document. */
export const jsonAnswer = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { "application/json": { schema } },
})

/** A JSON body that has to be sent. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  body: { required: true, content: { "application/json": { schema } } },
})

const refused = (description: string) => jsonAnswer(description, ErrorBody)

/** Answers that routes share; pick them by status. */
export const refusals = {
  400: refused("The request is wrong; context.violations lists its mistakes"),
  401: refused("No valid token"),
  403: refused("The token does not allow this"),
  404: refused("There is no such thing, or the token may not see it"),
  409: refused("Not in today's state"),
  413: refused("The body is too large"),
  422: refused("Understood, but something in it cannot be done"),
} as const

/** Every route but the public ones. `default`: what any request may come to, such as 400, 408, 413, 415, 500 and 503. */
export const tokenRefusals = {
  401: refusals[401],
  403: refusals[403],
  default: refused("Any other refusal; code says which"),
} as const
export const bearer = [{ bearer: [] as string[] }]
