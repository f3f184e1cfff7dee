import { routes } from "@alienplatform/api"
import { type Violation, violations } from "@alienplatform/core"
import { didYouMean, pathText } from "@alienplatform/core/error"
import type { MiddlewareHandler } from "hono"
import type { Env } from "./app-types.ts"

/** What of a route's declaration says which fields it knows. */
interface Declared {
  method: string
  path: string
  request?: { query?: { shape: Readonly<Record<string, unknown>> }; body?: unknown }
}

interface KnownFields {
  pattern: RegExp
  /** Names of its query. */
  query: readonly string[]
  takesBody: boolean
}

/**
 * Refuses, before anything of a request is done, what its route does not know: parameters of the query, members of a body
 * where it takes none, and `__proto__` anywhere in a body, which schemas of free keys leave out without a word. Every other
 * unknown member is refused by the schema of the body itself, which is strict.
 */
export const knownFields = (): MiddlewareHandler<Env> => async (c, next) => {
  const route = routeOf(c.req.method, c.req.path)
  if (!route) return next()
  const names = [...new URL(c.req.url).searchParams.keys()]
  const query = [...new Set(names)].filter((name) => !route.query.includes(name))
  if (query.length > 0)
    throw violations(
      "request_invalid",
      "the query",
      query.map((name) => unknownField(name, `is no parameter of this request${didYouMean(name, route.query)}`)),
    )
  if (!mayHaveJson(c.req.method, c.req.path)) return next()
  // What is no JSON is refused by the route itself.
  const body: unknown = await c.req.json().catch(() => undefined)
  const found = route.takesBody ? prototypeMembers(body) : membersOf(body)
  if (found.length > 0)
    throw violations(
      "request_invalid",
      "the body",
      found.map((path) => unknownField(path, "is no field of this request; remove it")),
    )
  return next()
}

const unknownField = (path: string, message: string): Violation => ({
  path: path.slice(0, 200),
  code: "key_unknown",
  message,
})

const mayHaveJson = (method: string, path: string): boolean =>
  method !== "GET" && method !== "HEAD" && !path.startsWith("/v1/artifacts/")

const membersOf = (body: unknown): string[] => {
  if (Array.isArray(body)) return body.length > 0 ? ["(whole)"] : []
  return typeof body === "object" && body !== null ? Object.keys(body) : []
}

interface Visited {
  value: unknown
  parent: Visited | undefined
  key: PropertyKey
}

/** Paths of all members named `__proto__`. Takes no more of the stack the deeper a body is. */
function prototypeMembers(body: unknown): string[] {
  const found: string[] = []
  const left: Visited[] = [{ value: body, parent: undefined, key: "" }]
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const { value } = at
    if (typeof value !== "object" || value === null) continue
    const entries = Array.isArray(value) ? value.entries() : Object.entries(value)
    for (const [key, inner] of entries) {
      const member = { value: inner, parent: at, key }
      if (key === "__proto__") found.push(pathText(stepsTo(member)))
      left.push(member)
    }
  }
  return found.toReversed()
}

function stepsTo(member: Visited): PropertyKey[] {
  const steps: PropertyKey[] = []
  for (let at: Visited | undefined = member; at?.parent !== undefined; at = at.parent) steps.push(at.key)
  return steps.toReversed()
}

function routeOf(method: string, path: string): KnownFields | undefined {
  const rows = ROWS[method === "HEAD" ? "GET" : method] ?? []
  return rows.find(({ pattern }) => pattern.test(path))
}

/** By method. A path without parameters comes before one that has them. */
const ROWS = Object.groupBy(
  (Object.values(routes) as Declared[])
    .toSorted((one, other) => Number(one.path.includes("{")) - Number(other.path.includes("{")))
    .map(({ method, path, request }) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
      query: Object.keys(request?.query?.shape ?? {}),
      takesBody: request?.body !== undefined,
    })),
  ({ method }) => method,
)
