import { routes } from "@alienplatform/api"
import { expect, test } from "vitest"
import type { Role } from "../tokens/caller.ts"
import { accessRequestOf, mayAsk } from "./roles.ts"

/** Every operation that a role may ask for, found by its method and path as a client sends them. */
const allowed = (role: Role) =>
  Object.entries(routes)
    .filter(([, { method, path }]) =>
      mayAsk(role, accessRequestOf(method.toUpperCase(), path.replaceAll(/\{[^}]+\}/g, "x"))),
    )
    .map(([operation]) => operation)
    .toSorted()

test("lets a workload read its own info, and nobody without a token more than what is public", () => {
  const open = ["health", "stackSchema", "stackSettingsSchema"]
  for (const operation of open) {
    const { method, path } = routes[operation as keyof typeof routes]
    expect(accessRequestOf(method.toUpperCase(), path).needs).toBe("public")
  }
  expect(allowed("workload")).toEqual([...open, "info", "whoami"].toSorted())
})

test("lets a customer read, choose settings, plan and retry, and never delete", () => {
  const reads = ["dns", "getDeployment", "getPlan", "info", "listDeployments", "logs", "whoami"]
  const acts = ["createPlan", "retry", "updateDeployment"]
  const open = ["health", "stackSchema", "stackSettingsSchema"]
  expect(allowed("customer")).toEqual([...reads, ...acts, ...open].toSorted())
})

test("lets an admin do everything", () => {
  expect(allowed("admin")).toEqual(Object.keys(routes).toSorted())
})

test("finds the deployment in the path, as it was sent", () => {
  const what = "GET /v1/deployments/{id}"
  const info = { what: `${what}/info`, needs: "workload", deployment: "dep_a" }
  expect(accessRequestOf("GET", "/v1/deployments/dep_a/info")).toEqual(info)
  expect(accessRequestOf("HEAD", "/v1/deployments/dep_a")).toEqual({ what, needs: "customer", deployment: "dep_a" })
  expect(accessRequestOf("GET", "/v1/deployments")).toEqual({ what: "GET /v1/deployments", needs: "customer" })
})

test("needs an admin for whatever has no row", () => {
  for (const [method, path] of [
    ["DELETE", "/v1/deployments/dep_a"],
    ["GET", "/v1/deployments/dep_a/"],
    ["GET", "/v1/deployments//info"],
    ["GET", "/v1/deployments/dep_a/info/x"],
    ["GET", "/x/v1/whoami"],
    ["toString", "/v1/whoami"],
    ["POST", "/v1/nothing"],
  ] as const)
    expect(accessRequestOf(method, path)).toEqual({ what: "this request", needs: "admin" })
})
