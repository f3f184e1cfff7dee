import { createClient } from "@alienplatform/api"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { filesHolding } from "../harness/files-holding.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deploymentIdOf, deployProject, stackOf, writeProject } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

const SECRET = "s3cret-of-the-customer"
const TELLING = `
export default {
  fetch: () => Response.json({ key: process.env.API_KEY, mode: process.env.MODE, token: process.env.ALIEN_DEPLOYMENT_TOKEN }),
}
`
const FILES = {
  "api.ts": TELLING,
  "alien.ts": stackOf({ api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")` }),
}

let journey: Journey
/** Output of all commands since the secret was set. */
let said = ""
const alien = async (...args: string[]) => {
  const ended = await journey.sandbox.alien(args, { cwd: folder })
  said += ended.stdout + ended.stderr
  return ended
}
let folder: string
let ours: string
let theirs: string

beforeAll(async () => {
  journey = await startJourney()
  ours = await deployProject(journey, "ours", FILES)
  theirs = (await journey.client.createDeployment({ name: "theirs", platform: "local", hold: true })).deployment.id
  folder = await writeProject(journey, "ours", FILES)
  const set = await alien("env", "set", "ours", `API_KEY=${SECRET}`, "--secret", "--wait")
  expect(set.exit, set.stderr).toBe(0)
}, 90_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const told = async () => JSON.parse((await getVerified(await journey.endpoint("ours", "api"), "/")).body)
const asked = (token: string) => createClient({ url: journey.url(), token })
const REFUSED = { code: "forbidden" }

describe("a secret variable", () => {
  test("reaches the workload, and nothing else ever shows it", async () => {
    expect(await told()).toMatchObject({ key: SECRET })
    expect((await alien("env", "set", "ours", "MODE=fast", "--wait")).exit).toBe(0)
    expect(await told()).toMatchObject({ key: SECRET, mode: "fast" })

    const commands = [
      "info",
      "status",
      "plan",
      "env list",
      "logs --access",
      "info --json",
      "env list --json",
      "plan --json",
    ]
    await Promise.all(commands.map((command) => alien(...command.split(" "), "ours")))
    expect(said).not.toContain(SECRET)

    const { client } = journey
    const answers = [
      await client.info(ours),
      await client.deployment(ours),
      await client.logs(ours, { access: "true" }),
    ]
    expect(JSON.stringify(answers)).not.toContain(SECRET)
  }, 60_000)

  test("lies in no file but the supervisor's own record of the process", async () => {
    const { token } = await told()
    for (const value of [SECRET, token]) {
      const holding = await filesHolding(journey.sandbox.directory, value)
      expect(holding.filter((file) => !/^data\/run\/[^/]+\.json$/.test(file))).toEqual([])
      expect(holding).toHaveLength(1)
    }
  })
})

describe("a customer's token", () => {
  test("is good for its own deployment, to read, choose settings and plan, and for nothing else", async () => {
    const made = await alien("tokens", "create", "--role", "customer", "--deployment", "ours", "--json")
    const { secret, token } = JSON.parse(made.stdout)
    const customer = asked(secret)
    expect(await customer.whoami()).toMatchObject({ role: "customer" })
    expect((await customer.deployments({})).items.map(({ name }) => name)).toEqual(["ours"])
    expect(await customer.info(ours)).toMatchObject({ status: "running" })
    expect((await customer.logs(ours, {})).entries).toBeInstanceOf(Array)
    expect(await customer.updateDeployment(ours, { stackSettings: { updates: "auto" } })).toMatchObject({
      name: "ours",
    })

    await expect(customer.info(theirs)).rejects.toMatchObject({ code: "not_found" })
    await expect(customer.deleteDeployment(theirs, "cleanup")).rejects.toMatchObject(REFUSED)
    await expect(customer.deleteDeployment(ours, "cleanup")).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringContaining("takes an admin's token, which the vendor has"),
    })
    await expect(customer.redeploy(ours, {})).rejects.toMatchObject(REFUSED)
    await expect(customer.releases()).rejects.toMatchObject(REFUSED)
    await expect(customer.tokens()).rejects.toMatchObject(REFUSED)
    await expect(customer.createDeployment({ name: "more", platform: "local" })).rejects.toMatchObject(REFUSED)
    const variables = [{ name: "API_KEY", value: "theirs", type: "plain" as const }]
    await expect(customer.updateDeployment(ours, { environmentVariables: variables })).rejects.toMatchObject(REFUSED)

    expect((await alien("tokens", "revoke", token.id, "--yes")).exit).toBe(0)
    await expect(customer.whoami()).rejects.toMatchObject({ code: "unauthorized" })
    expect(await filesHolding(journey.sandbox.directory, secret)).toEqual([])
  })
})

describe("a workload's token", () => {
  test("tells it its own deployment and nothing else, and survives a restart of the manager", async () => {
    const { token } = await told()
    const read = () => asked(token).info(ours)
    expect(await read()).toMatchObject({ status: "running" })
    await journey.kill()
    await journey.start()
    expect(await read()).toMatchObject({ resources: { api: { publicEndpoints: { web: { protocol: "http" } } } } })
    await expect(asked(token).info(theirs)).rejects.toMatchObject({ code: "not_found" })
    await expect(asked(token).deployment(ours)).rejects.toMatchObject(REFUSED)
    await expect(asked(token).logs(ours, {})).rejects.toMatchObject(REFUSED)
    await expect(asked(token).deployments({})).rejects.toMatchObject(REFUSED)
    await expect(asked(`${token.slice(0, -2)}xx`).info(ours)).rejects.toMatchObject({ code: "unauthorized" })
  })
})

test("a plan says what a release would do, and it changes nothing", async () => {
  const before = await journey.processes(ours)
  const changed = await writeProject(journey, "ours", { "api.ts": TELLING.replace("key:", "another:") })
  const { exit, stdout } = await journey.sandbox.alien(["plan", "ours"], { cwd: changed })
  expect(exit).toBe(0)
  expect(stdout).toContain("api/process")
  expect(await journey.processes(ours)).toEqual(before)
  expect(await deploymentIdOf(journey, "ours")).toBe(ours)
})
