import { ErrorBody, routes } from "@alienplatform/api"
import type { z } from "zod"

interface Documented {
  method: string
  path: string
  responses: Record<number, { content?: { "application/json"?: { schema: z.ZodType } } }>
}

/** Fails unless the body is what the API's document says of that route and status; the client relies on it unchecked. */
export function conforms(method: string, path: string, status: number, body: unknown): void {
  const [asked = ""] = path.split("?")
  const candidates = (Object.values(routes) as Documented[]).filter(
    (one) => one.method === method.toLowerCase() && patternOf(one.path).test(asked),
  )
  // `/v1/releases/latest` is no `/v1/releases/{id}`.
  const route = candidates.find((one) => one.path === asked) ?? candidates[0]
  const schema =
    route?.responses[status]?.content?.["application/json"]?.schema ?? (status < 400 ? undefined : ErrorBody)
  const parsed = schema?.safeParse(body)
  if (parsed?.success === false)
    throw new Error(`${method} ${asked} answered ${status} with what its schema refuses: ${parsed.error.message}`)
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`)
