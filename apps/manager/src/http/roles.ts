import { routes } from "@alienplatform/api"
import type { Role } from "../tokens/caller.ts"
import { routeTable } from "./route-table.ts"

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
  const found = rowOf(method, path)
  if (!found) return { what: "this request", needs: "admin" }
  const { row, deployment } = found
  const what = `${row.method.toUpperCase()} ${row.path}`
  return { what, needs: row.needs, ...(deployment === undefined ? {} : { deployment }) }
}

export const mayAsk = (role: Role, { needs }: AccessRequest): boolean => RANKS.indexOf(role) >= RANKS.indexOf(needs)

const rowOf = routeTable(
  Object.entries(NEEDS).map(([operation, needs]) => {
    const { method, path } = routes[operation as Operation]
    return { method, path, needs }
  }),
)
