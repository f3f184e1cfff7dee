import { expect, test } from "vitest"
import { release, type TestManager, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"

const HOUR = 3_600_000

/** A running deployment of which somebody changed a plain and a secret variable by hand; the next resync has seen it. */
async function drifted() {
  const clock = new SkippingClock()
  const manager = await testManager({ clock })
  await release(manager)
  const environmentVariables = [
    { name: "COLOUR", value: "red", type: "plain" },
    { name: "PASSWORD", value: "hunter2", type: "secret" },
  ]
  const body = { name: "shop", platform: "test", environmentVariables }
  const { id } = (await manager.send("POST", "/v1/deployments", body)).body.deployment
  manager.startRunner()
  const path = `/v1/deployments/${id}`
  const state = async () => (await manager.send("GET", `${path}/info`)).body.resources.api.endpoints.web.state
  await manager.until(state, (now) => now === "ready")
  const program = [...manager.cloud.objects.values()].find((one) => one.id.startsWith("fake.Program"))
  if (!program) throw new Error("there is no program")
  Object.assign(program.props, { environment: { COLOUR: "blue" }, secrets: { PASSWORD: "hunter3" } })
  clock.skip(6 * HOUR)
  await manager.until(
    async () => (await manager.send("GET", `${path}/info`)).body.drift,
    (drift) => drift.length > 0,
  )
  return { manager, clock, path, id }
}

async function planAs(manager: TestManager, path: string, token: string) {
  await manager.send("POST", `${path}/plan`, {})
  const { body } = await manager.until(
    () => manager.send("GET", `${path}/plan`, undefined, { token }),
    (answer) => answer.body.status !== "planning",
  )
  return body
}

async function customerOf(manager: TestManager, deploymentId: string): Promise<string> {
  const body = { role: "customer", deploymentId, description: "for the network team" }
  return (await manager.send("POST", "/v1/tokens", body)).body.secret
}

test("tells the vendor what somebody else changed, and everybody else that it was changed", async () => {
  const { manager, path, id } = await drifted()
  await using _ = manager
  const shownTo = async (token: string) => (await manager.send("GET", `${path}/info`, undefined, { token })).body.drift
  const secret = "secrets.PASSWORD"
  expect(await shownTo(manager.token)).toEqual([
    {
      node: "api/program",
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      fields: [
        { field: "environment", expected: '{"COLOUR":"red"}', observed: '{"COLOUR":"blue"}' },
        { field: secret, expected: '"(secret)"', observed: '"(secret)"' },
      ],
    },
  ])
  const customer = await customerOf(manager, id)
  const workload = manager.workloadTokens.tokenOf(id, "api")
  for (const token of [customer, workload])
    expect(await shownTo(token)).toMatchObject([
      { node: "api/program", fields: [{ field: "environment" }, { field: secret }] },
    ])
  for (const token of [customer, workload]) expect(JSON.stringify(await shownTo(token))).not.toMatch(/red|blue|hunter/)
  expect(JSON.stringify([await shownTo(manager.token), await manager.store.deployment(id)])).not.toMatch(/hunter[23]/)
})

test("has it in a plan, with values for the vendor alone", async () => {
  const { manager, path, id } = await drifted()
  await using _ = manager
  const whole = await planAs(manager, path, manager.token)
  expect(whole.text).toContain("Changed by somebody else, and changed back:\n  api/program, found ")
  expect(whole.text).toContain('    environment: {"COLOUR":"red"} → {"COLOUR":"blue"}\n')
  expect(whole.plan.drift).toMatchObject([{ node: "api/program", fields: [{ observed: '{"COLOUR":"blue"}' }, {}] }])
  const masked = await planAs(manager, path, await customerOf(manager, id))
  expect(masked.text).toContain("    environment: (not shown) → (not shown)\n")
  expect(JSON.stringify(masked)).not.toMatch(/red|blue/)
  expect(JSON.stringify([whole, masked])).not.toMatch(/hunter[23]/)
})

test("tells of it for seven days, whatever is released meanwhile", async () => {
  const { manager, clock, path } = await drifted()
  await using _ = manager
  const told = async () => (await manager.send("GET", `${path}/info`)).body.drift.length
  const next = await release(manager, "ghcr.io/acme/api:2")
  await manager.until(
    async () => (await manager.send("GET", path)).body,
    ({ status, currentReleaseId }) => status === "running" && currentReleaseId === next,
  )
  clock.skip(7 * 24 * HOUR - 60_000)
  expect(await told()).toBe(1)
  clock.skip(60_000)
  expect(await told()).toBe(0)
})
