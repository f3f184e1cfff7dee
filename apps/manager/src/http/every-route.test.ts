import { routes } from "@alienplatform/api"
import { Stack, sha256Hex, Worker } from "@alienplatform/core"
import { expect, test } from "vitest"
import { type Answer, releaseStack, type TestManager, testManager } from "../testing/manager.ts"
import { SkippingClock } from "../testing/skipping-clock.ts"
import { createToken } from "../tokens/stored-token.ts"

/** Parts of the values of variables: declared in the stack, plain ones and secrets of the deployment. */
const VALUES = ["declared-value", "plain-value", "secret-value"] as const

/** Who asks: without a token, a workload and a customer of the deployment that is asked for, another's customer, an admin. */
const CALLERS = ["nobody", "workload", "customer", "stranger", "admin"] as const
type Caller = (typeof CALLERS)[number]

interface SeededManager {
  manager: TestManager
  /** Ids. */
  mine: string
  theirs: string
  releaseId: string
  token: string
  tokens: Record<Caller, string | null>
}

const stackWith = (value: string) =>
  new Stack("shop")
    .add(
      new Worker("api")
        .code({ type: "image", image: "ghcr.io/acme/api:1" })
        .environment({ DECLARED: `${value} "quoted"` })
        .publicEndpoint("web")
        .build(),
      "live",
    )
    .build()

/**
 * A deployment whose variables were changed, and whose cloud does not keep the change: everything that could tell their
 * values is there, with a plan of a release that changes a declared one too.
 */
async function aWorld(manager: TestManager, clock: SkippingClock): Promise<SeededManager> {
  const { cloud } = manager
  cloud.logs = { entries: [], cursor: "next" }
  await releaseStack(manager, stackWith("declared-value-1"))
  const variables = (number: number) => [
    { name: "PLAIN", value: `plain-value-${number}`, type: "plain" },
    { name: "SECRET", value: `secret-value-${number}`, type: "secret" },
  ]
  const create = async (name: string, more: object) =>
    (await manager.send("POST", "/v1/deployments", { name, platform: "test", ...more })).body.deployment.id
  const mine = await create("mine", { environmentVariables: variables(1) })
  const theirs = await create("theirs", { hold: true })
  const runner = manager.startRunner()
  const status = async () => {
    clock.skip(1_000)
    return (await manager.send("GET", `/v1/deployments/${mine}`)).body.status
  }
  await manager.until(status, (one) => one === "running")
  cloud.forgetful.add("fake.Program")
  await manager.send("PATCH", `/v1/deployments/${mine}`, { environmentVariables: variables(2) })
  await manager.until(status, (one) => one === "update-failed")
  await runner.close()
  const stack = { test: stackWith("declared-value-2") }
  const draft = await manager.send("POST", "/v1/releases", { projectId: "default", stack, draft: true })
  await manager.send("POST", `/v1/deployments/${mine}/plan`, { releaseId: draft.body.id })
  await manager.until(
    async () => (await manager.send("GET", `/v1/deployments/${mine}/plan`)).body.status,
    (one) => one === "ready",
  )
  const customer = async (deployment: string) =>
    createToken(manager.store, { role: "customer", deployment, description: "" }, clock.now())
  const [own, other] = [await customer(mine), await customer(theirs)]
  const workload = manager.workloadTokens.tokenOf(mine, "api")
  const tokens = { nobody: null, workload, customer: own.secret, stranger: other.secret, admin: manager.token }
  return { manager, mine, theirs, releaseId: draft.body.id, token: own.row.id, tokens }
}

interface Row {
  /** By caller, in the order of `CALLERS`. */
  status: readonly number[]
  /** Which values an admin is shown; nobody else is shown any. */
  admin?: readonly (typeof VALUES)[number][]
  body?: unknown
  query?: string
}

const everybody = [200, 200, 200, 200, 200]
const workloads = (status: number) => [401, status, status, 404, status]
const customers = (status: number) => [401, 403, status, 404, status]
const admins = (status: number) => [401, 403, 403, 403, status]
const shop = { name: "shop", platform: "test" }
const release = { projectId: "default", stack: { test: stackWith("declared-value-3") } }
const plain = ["plain-value"] as const
const declared = ["declared-value"] as const
const both = ["declared-value", "plain-value"] as const
const BUNDLE = "a bundle"

/** In an order in which none takes away what a later one needs. */
const TABLE: Record<keyof typeof routes, Row> = {
  health: { status: everybody },
  stackSchema: { status: everybody },
  stackSettingsSchema: { status: everybody },
  whoami: { status: [401, 200, 200, 200, 200] },

  info: { status: workloads(200), admin: both },
  listDeployments: { status: [401, 403, 200, 200, 200], admin: plain },
  getDeployment: { status: customers(200), admin: plain },
  dns: { status: customers(200) },
  logs: { status: customers(200) },
  getPlan: { status: customers(200), admin: both },
  updateDeployment: { status: customers(200), body: { stackSettings: { updates: "auto" } }, admin: plain },
  createPlan: { status: customers(202), body: {} },
  retry: { status: customers(200), admin: plain },

  createRelease: { status: admins(201), body: release, admin: declared },
  listReleases: { status: admins(200), admin: declared },
  latestRelease: { status: admins(200), admin: declared },
  getRelease: { status: admins(200), admin: declared },
  putArtifact: { status: admins(201), body: BUNDLE },
  planNew: { status: admins(200), body: shop },
  createDeployment: { status: admins(201), body: shop },
  redeploy: { status: admins(200), body: {}, admin: plain },
  createToken: { status: admins(201), body: { role: "admin" } },
  listTokens: { status: admins(200) },
  backup: { status: admins(422), body: { directory: "here" } },
  deleteDeployment: { status: admins(202), body: { action: "cleanup" }, admin: plain },
  revokeToken: { status: admins(204) },
}

function ask(
  { manager, tokens, ...world }: SeededManager,
  operation: keyof typeof routes,
  caller: Caller,
): Promise<Answer> {
  const { method, path } = routes[operation]
  const ids = path.startsWith("/v1/releases")
    ? world.releaseId
    : path.startsWith("/v1/tokens")
      ? world.token
      : world.mine
  const asked = path.replace("{id}", ids).replace("{sha256}", sha256Hex(BUNDLE))
  return manager.send(method.toUpperCase(), asked, TABLE[operation].body, { token: tokens[caller] })
}

test("answers every role on every route as the table says, and shows values of variables to admins alone", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  const world = await aWorld(manager, clock)
  for (const [operation, row] of Object.entries(TABLE) as [keyof typeof routes, Row][]) {
    const answers = []
    for (const caller of CALLERS) answers.push(await ask(world, operation, caller))
    expect([operation, ...answers.map(({ status }) => status)]).toEqual([operation, ...row.status])
    for (const [at, { body }] of answers.entries()) {
      const text = JSON.stringify(body ?? "")
      const told = VALUES.filter((value) => text.includes(value))
      expect([operation, CALLERS[at], told]).toEqual([
        operation,
        CALLERS[at],
        CALLERS[at] === "admin" ? (row.admin ?? []) : [],
      ])
    }
  }
}, 30_000)

test("shows a customer names of variables and that they change, and what else a plan does", async () => {
  const clock = new SkippingClock()
  await using manager = await testManager({ clock })
  const world = await aWorld(manager, clock)
  const { body: deployment } = await ask(world, "getDeployment", "customer")
  expect(deployment.environmentVariables).toEqual([
    { name: "PLAIN", type: "plain", value: null },
    { name: "SECRET", type: "secret", value: null },
  ])
  const { body: plan } = await ask(world, "getPlan", "customer")
  expect(plan.text).toContain("    environment: (not shown) → (not shown)\n")
  const { body: whole } = await ask(world, "getPlan", "admin")
  expect(plan.plan.summary).toEqual(whole.plan.summary)
})
