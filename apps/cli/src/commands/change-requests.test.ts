import { expect, test } from "vitest"
import { aDeployment } from "../testing/fake-manager.ts"
import { alien, lastOf, shopManager } from "../testing/shop.ts"

const manager = () =>
  shopManager({
    "POST /v1/deployments/dep_shop/redeploy": { json: aDeployment() },
    "POST /v1/deployments/dep_shop/retry": { json: aDeployment() },
  })

test.each([
  [["redeploy", "shop"], "redeploy", {}],
  [["redeploy", "--release", "rel_two"], "redeploy", { releaseId: "rel_two" }],
  [["rollback", "shop"], "redeploy", { previous: true }],
  [["rollback", "--to", "rel_one"], "redeploy", { releaseId: "rel_one" }],
  [["retry"], "retry", undefined],
])("%j is said to the manager, and it waits until the endpoints are ready", async (argv, route, json) => {
  await using server = await manager()
  const { exit, out } = await alien(server, argv)
  expect(exit).toBe(0)
  expect(out).toContain("api        web        ready   https://api.shop.localhost:8443")
  const request = server.seen.find(({ line }) => line.startsWith("POST"))
  expect(request).toMatchObject({ line: `POST /v1/deployments/dep_shop/${route}`, json })
  expect(server.lines().at(-1)).toBe("GET /v1/deployments/dep_shop/info")
})

test("with --no-wait it returns at once, and it says how to wait", async () => {
  await using server = await manager()
  const { exit, out } = await alien(server, ["rollback", "shop", "--no-wait"])
  expect({ exit, out }).toEqual({ exit: 0, out: "shop goes on by itself; to wait for it: alien wait shop\n" })
  expect(server.lines().some((line) => line.endsWith("/info"))).toBe(false)
})

test("with --json the last document is the result, so it can be read by a program", async () => {
  await using server = await manager()
  const { out } = await alien(server, ["redeploy", "shop", "--json"])
  expect(lastOf(out)).toMatchObject({ result: { verdict: "ready", releaseId: "rel_one" } })
})
