import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { deployExample } from "../harness/example.ts"
import { examples } from "../harness/example-stacks.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { type Program, startProgram } from "../harness/program.ts"

const SECRETS = {
  GITHUB_WEBHOOK_SECRET: "github-s3cret",
  STRIPE_WEBHOOK_SECRET: "whsec_s3cret",
  SLACK_SIGNING_SECRET: "slack-s3cret",
}

let journey: Journey
let thirdParty: Program
let url: string

beforeAll(async () => {
  journey = await startJourney()
  await deployExample(journey, "webhooks")
  const endpoint = await journey.endpoint("webhooks", "api")
  url = endpoint.url
  thirdParty = await startProgram(join(examples, "webhooks/third-party/server.ts"), {
    ...SECRETS,
    PORT: "0",
    NODE_EXTRA_CA_CERTS: endpoint.certificateAuthorityFile,
  })
  await setVariables()
  await vi.waitFor(async () => expect(Object.keys(await subscriptions())).toHaveLength(3), 20_000)
}, 90_000)
afterAll(async () => {
  await thirdParty?.[Symbol.asyncDispose]()
  await journey[Symbol.asyncDispose]()
}, 60_000)

/** Sets the Worker's variables as the README says; ends when the new process serves. */
async function setVariables(): Promise<void> {
  const { items } = await journey.client.deployments({ name: "webhooks" })
  const secrets = Object.entries(SECRETS).map(([name, value]) => ({ name, value, type: "secret" as const }))
  await journey.client.updateDeployment(items[0]?.id ?? "", { environmentVariables: secrets })
  const variable = `THIRD_PARTY_URL=${thirdParty.firstLine}`
  const { exit, stderr } = await journey.sandbox.alien(["env", "set", "webhooks", variable, "--wait"])
  expect(exit, stderr).toBe(0)
}

async function ask(path: string, init?: RequestInit) {
  return JSON.parse(await (await fetch(new URL(path, thirdParty.firstLine), init)).text())
}
const subscriptions = (): Promise<Record<string, string>> => ask("/subscriptions")
const send = (query: string, body: object) => ask(`/events/${query}`, { method: "POST", body: JSON.stringify(body) })

describe("examples/webhooks", () => {
  test("tells the third party the URL that `info` shows, by itself", async () => {
    const registered = { github: `${url}/github`, stripe: `${url}/stripe`, slack: `${url}/slack` }
    expect(await subscriptions()).toEqual(registered)
  })

  test.each(["github", "stripe", "slack"])(
    "takes a signed event of %s at that URL over verified TLS, and refuses it the second time",
    async (provider) => {
      expect(await send(`${provider}?times=2`, { id: "evt_1", event_id: "Ev1" })).toEqual([
        { status: 200, body: `{"status":"handled"}` },
        { status: 409, body: expect.stringContaining(`"replayed"`) },
      ])
    },
  )

  test.each(["stripe", "slack"])("refuses what %s signed too long ago", async (provider) => {
    expect(await send(`${provider}?age=600`, { id: "evt_2", event_id: "Ev2" })).toEqual([
      { status: 401, body: expect.stringContaining(`"timestamp_stale"`) },
    ])
  })
})
