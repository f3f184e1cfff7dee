import { afterAll, beforeAll, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { versionedHandler, writeStack } from "../harness/stack.ts"
import { getVerified } from "../harness/verified-https.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

test("a Worker that crashes at its start fails the deploy with its last lines, and a fixed release heals it", async () => {
  const { alien } = journey.sandbox
  const cwd = await writeStack(journey, `throw new Error("DATABASE_URL is not set")\nexport default { fetch() {} }`)
  const failed = await alien(["deploy", "shop", "--yes"], { cwd })
  expect(failed.exit).toBe(1)
  expect(failed.stdout).toContain("workload_crashed")
  expect(failed.stdout).toContain("DATABASE_URL is not set")

  const info = JSON.parse((await alien(["info", "shop", "--json"])).stdout)
  const { state, conditions } = info.resources.shop.endpoints.web
  expect(state).toBe("failed")
  expect(conditions[0]).toMatchObject({ type: "target", status: "failed", on: "vendor", code: "workload_crashed" })
  expect(conditions[0].message).toContain("DATABASE_URL is not set")
  expect((await alien(["info", "shop"])).stdout).toContain("DATABASE_URL is not set")

  await writeStack(journey, versionedHandler(2))
  expect((await alien(["deploy", "shop", "--yes"], { cwd })).exit).toBe(0)
  const { body } = await getVerified(await journey.endpoint("shop", "shop"), "/")
  expect(JSON.parse(body)).toMatchObject({ version: 2 })
}, 60_000)
