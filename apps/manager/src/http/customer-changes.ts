import type { MiddlewareHandler } from "hono"
import type { Env } from "./app-types.ts"
import { forbiddenError } from "./forbidden.ts"

/** For the route that changes a deployment: a customer chooses settings; variables are between vendor and workloads. */
export const customerChanges = (): MiddlewareHandler<Env> => async (c, next) => {
  const { role } = c.get("token")
  if (role !== "customer") return next()
  // What is no JSON is refused by the route itself.
  const body: unknown = await c.req.json().catch(() => undefined)
  if (typeof body === "object" && body !== null && Object.hasOwn(body, "environmentVariables"))
    throw forbiddenError(role, { what: "changing environmentVariables", needs: "admin" })
  return next()
}
