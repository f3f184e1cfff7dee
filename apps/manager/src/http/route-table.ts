/** What a row of a table says of the requests that it is for. */
export interface RouteRow {
  /** Lower case, as routes are declared. */
  method: string
  /** `/v1/deployments/{id}` */
  path: string
}

export interface MatchedRoute<R> {
  row: R
  /** The deployment in the path, as sent. */
  deployment: string | undefined
}

/** Finds the row of a request by method and path alone; a path without parameters comes before one that has them. */
export function routeTable<R extends RouteRow>(
  rows: readonly R[],
): (method: string, path: string) => MatchedRoute<R> | undefined {
  const byMethod = Object.groupBy(
    rows
      .toSorted((one, other) => Number(one.path.includes("{")) - Number(other.path.includes("{")))
      .map((row) => ({ row, pattern: patternOf(row.path) })),
    ({ row }) => row.method.toUpperCase(),
  )
  return (method, path) => {
    for (const { row, pattern } of byMethod[method === "HEAD" ? "GET" : method] ?? []) {
      const found = pattern.exec(path)
      if (found) return { row, deployment: found.groups?.deployment }
    }
    return undefined
  }
}

function patternOf(path: string): RegExp {
  const pattern = path.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")
  return new RegExp(`^${pattern.replace("/deployments/[^/]+", "/deployments/(?<deployment>[^/]+)")}$`)
}
