import { expect, test } from "vitest"
import { AccessLogs } from "./access-logs.ts"

test.each([
  { deployment: "..", resource: "api" },
  { deployment: "../dep_b", resource: "api" },
  { deployment: "dep_a", resource: "../../run" },
  { deployment: "", resource: "api" },
])("keeps no log where a name would lead elsewhere: $deployment, $resource", (names) => {
  expect(new AccessLogs("/logs").logOf(names)).toBeUndefined()
})

test("has one log for all endpoints of a resource, until the table names it no more", () => {
  const logs = new AccessLogs("/logs")
  const names = { deployment: "dep_a", resource: "api" }
  const log = logs.logOf(names)
  expect(log).toBeDefined()
  expect(logs.logOf({ ...names, resource: "API" })).toBe(log)
  logs.retain(new Set())
  expect(logs.logOf(names)).not.toBe(log)
})
