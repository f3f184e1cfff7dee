import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { deployExample } from "../harness/example.ts"
import { examples } from "../harness/example-stacks.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { runProgram } from "../harness/program.ts"
import { getVerified } from "../harness/verified-https.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
  await deployExample(journey, "microservices")
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

const get = async (resource: string, path: string) => {
  const { status, body } = await getVerified(await journey.endpoint("microservices", resource), path)
  return { status, body: JSON.parse(body) }
}

describe("examples/microservices", () => {
  test("the Worker finds the Container and the Daemon through the SDK and calls them", async () => {
    const { body: before } = await get("visits", "/")
    expect(await get("storefront", "/items/apples")).toEqual({
      status: 200,
      body: { item: { name: "apples", inStock: 12 }, visits: before + 1 },
    })
    expect(await get("visits", "/")).toEqual({ status: 200, body: before + 1 })
    expect(await get("storefront", "/items/plums")).toMatchObject({ status: 404 })
  })

  test("a program outside the stack that knows only `/info` calls all three", async () => {
    const { certificateAuthorityFile } = await journey.endpoint("microservices", "storefront")
    const { items } = await journey.client.deployments({ name: "microservices" })
    const output = await runProgram(join(examples, "microservices/outside/client.ts"), {
      ALIEN_MANAGER_URL: journey.url(),
      ALIEN_TOKEN: journey.token,
      ALIEN_DEPLOYMENT_ID: items[0]?.id ?? "",
      NODE_EXTRA_CA_CERTS: certificateAuthorityFile,
    })
    expect(output.split("\n")).toEqual([
      expect.stringMatching(/^storefront 200 {"item":{"name":"apples","inStock":12},"visits":\d+}$/),
      `inventory 200 {"name":"pears","inStock":0}`,
      expect.stringMatching(/^visits 200 \d+$/),
      "",
    ])
  })
})
