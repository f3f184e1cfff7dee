import { routes } from "@alienplatform/api"
import { type Violation, violations } from "@alienplatform/core"
import { didYouMean } from "@alienplatform/core/error"
import type { MiddlewareHandler } from "hono"
import type { Env } from "./app-types.ts"
import { prototypeMembers } from "./prototype-members.ts"

/** Schema of one parameter of a query. */
interface Parameter {
  safeParse(value: unknown): { success: boolean }
}

/** What of a route's declaration says which fields it knows. */
interface Declared {
  method: string
  path: string
  request?: { query?: { shape: Readonly<Record<string, Parameter>> }; body?: unknown }
}

interface KnownFields {
  pattern: RegExp
  /** Parameters of its query, by name; `isList` where one may be given several times. */
  query: ReadonlyMap<string, { isList: boolean }>
  takesBody: boolean
}

/**
 * Refuses, before anything of a request is done, what its route does not know: parameters of the query, one that is given
 * twice where it has one value, members of a body
 * where it takes none, and `__proto__` anywhere in a body, which schemas of free keys leave out without a word. Every other
 * unknown member is refused by the schema of the body itself, which is strict.
 */
export const knownFields = (): MiddlewareHandler<Env> => async (c, next) => {
  const route = routeOf(c.req.method, c.req.path)
  if (!route) return next()
  const query = queryMistakes(new URL(c.req.url).searchParams, route.query)
  if (query.length > 0) throw violations("request_invalid", "the query", query)
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

function queryMistakes(given: URLSearchParams, known: KnownFields["query"]): Violation[] {
  return [...new Set(given.keys())].flatMap((name) => {
    const parameter = known.get(name)
    if (!parameter) return unknownField(name, `is no parameter of this request${didYouMean(name, known.keys())}`)
    if (parameter.isList || given.getAll(name).length === 1) return []
    return { path: name, code: "value_malformed", message: "is given more than once; give it once" }
  })
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
      query: new Map(
        Object.entries(request?.query?.shape ?? {}).map(([name, parameter]) => {
          return [name, { isList: parameter.safeParse(["a", "b"]).success }]
        }),
      ),
      takesBody: request?.body !== undefined,
    })),
  ({ method }) => method,
)
