import { routes } from "@alienplatform/api"
import type { Role } from "../tokens/caller.ts"

type Operation = keyof typeof routes

/** Roles in rising order: each may do what those before it may. */
const RANKS = ["public", "workload", "customer", "admin"] as const satisfies readonly (Role | "public")[]
type Rank = (typeof RANKS)[number]

/** What each request needs at least. Below admin, only of the deployment that the token is for. */
const NEEDS: Readonly<Record<Operation, Rank>> = {
  health: "public",
  stackSchema: "public",
  stackSettingsSchema: "public",

  whoami: "workload",
  info: "workload",

  listDeployments: "customer",
  getDeployment: "customer",
  dns: "customer",
  logs: "customer",
  createPlan: "customer",
  getPlan: "customer",
  // Settings, not variables: see customer-changes.ts.
  updateDeployment: "customer",
  retry: "customer",

  createDeployment: "admin",
  deleteDeployment: "admin",
  planNew: "admin",
  redeploy: "admin",
  putArtifact: "admin",
  createRelease: "admin",
  listReleases: "admin",
  latestRelease: "admin",
  getRelease: "admin",
  createToken: "admin",
  listTokens: "admin",
  revokeToken: "admin",
  backup: "admin",
}

/** What a request is about, told by method and path alone. */
export interface AccessRequest {
  /** For people: `GET /v1/deployments/{id}`. */
  what: string
  needs: Rank
  /** The deployment in its path, as sent. */
  deployment?: string
}

/** A request that has no row needs an admin, who is then told that there is no such thing. */
export function accessRequestOf(method: string, path: string): AccessRequest {
  for (const { what, needs, pattern } of ROWS[method === "HEAD" ? "GET" : method] ?? []) {
    const found = pattern.exec(path)
    if (!found) continue
    const deployment = found.groups?.deployment
    return { what, needs, ...(deployment === undefined ? {} : { deployment }) }
  }
  return { what: "this request", needs: "admin" }
}

export const mayAsk = (role: Role, { needs }: AccessRequest): boolean => RANKS.indexOf(role) >= RANKS.indexOf(needs)

/** By method. A path without parameters comes before one that has them. */
const ROWS = Object.groupBy(
  Object.entries(NEEDS)
    .map(([operation, needs]) => ({ needs, ...routes[operation as Operation] }))
    .toSorted((a, b) => Number(a.path.includes("{")) - Number(b.path.includes("{")))
    .map(({ needs, method, path }) => ({
      ...{ needs, method: method.toUpperCase(), pattern: patternOf(path) },
      what: `${method.toUpperCase()} ${path}`,
    })),
  ({ method }) => method,
)

function patternOf(path: string): RegExp {
  const pattern = path.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")
  return new RegExp(`^${pattern.replace("/deployments/[^/]+", "/deployments/(?<deployment>[^/]+)")}$`)
}
