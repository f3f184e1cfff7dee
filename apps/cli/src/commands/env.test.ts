import { expect, test } from "vitest"
import { aDeployment } from "../testing/fake-manager.ts"
import { alien, lastOf, shopManager } from "../testing/shop.ts"

const PATCH = "PATCH /v1/deployments/dep_shop"
const variables = [
  { name: "STRIPE_KEY", value: null, type: "secret" as const, targetResources: ["api"] },
  { name: "LOG_LEVEL", value: "debug", type: "plain" as const },
]
const manager = () =>
  shopManager({
    "GET /v1/deployments": { json: { items: [aDeployment({ environmentVariables: variables })] } },
    [PATCH]: { json: aDeployment() },
  })
const sent = (server: { seen: readonly { json: unknown }[] }) => server.seen.at(-1)?.json

test("set sends the variables, for all resources unless some are named, and it says how to wait", async () => {
  await using server = await manager()
  const { exit, out } = await alien(server, ["env", "set", "shop", "A=1", "B=x=y", "--resource", "api"])
  expect(exit).toBe(0)
  expect(sent(server)).toEqual({
    environmentVariables: [
      { name: "A", value: "1", type: "plain", targetResources: ["api"] },
      { name: "B", value: "x=y", type: "plain", targetResources: ["api"] },
    ],
  })
  expect(out).toBe("A=1\nB=x=y\nshop goes on by itself; to wait for it: alien wait shop\n")
})

test.each([
  ["from stdin", { input: "s3cret\n" }],
  ["from a hidden prompt", { terminal: true, secret: "s3cret" }],
])("a secret is read %s where the name stands alone, and it is shown nowhere", async (_, given) => {
  await using server = await manager()
  const { exit, out, err } = await alien(server, ["env", "set", "STRIPE_KEY", "--secret"], given)
  expect(exit).toBe(0)
  expect(sent(server)).toEqual({
    environmentVariables: [{ name: "STRIPE_KEY", value: "s3cret", type: "secret", targetResources: null }],
  })
  expect(out).toContain("STRIPE_KEY=(secret)")
  expect(out + err).not.toContain("s3cret")
})

test("with --wait it waits until the deployment has it, and the result names what was set", async () => {
  await using server = await manager()
  const { out } = await alien(server, ["env", "set", "shop", "A=1", "--wait", "--json"])
  expect(lastOf(out)).toMatchObject({ result: { verdict: "ready", set: ["A"] } })
})

test("list shows names, values and where they go, and of a secret it shows that it is one", async () => {
  await using server = await manager()
  const { out } = await alien(server, ["env", "list"])
  expect(out.split("\n")).toEqual([
    "NAME         VALUE      RESOURCES",
    "LOG_LEVEL    debug      all",
    "STRIPE_KEY   (secret)   api",
    "",
  ])
})

test("list says of a plain variable that its value is the vendor's where a customer asks, so it does not look empty", async () => {
  const environmentVariables = variables.map((variable) => ({ ...variable, value: null }))
  await using server = await shopManager({
    "GET /v1/deployments": { json: { items: [aDeployment({ environmentVariables })] } },
  })
  expect((await alien(server, ["env", "list"])).out).toContain("LOG_LEVEL    (the vendor's)   all\n")
})

test("unset removes by name, and it keeps the others", async () => {
  await using server = await manager()
  expect((await alien(server, ["env", "unset", "shop", "STRIPE_KEY"])).exit).toBe(0)
  expect(sent(server)).toEqual({ environmentVariables: [{ name: "STRIPE_KEY", value: null, type: "secret" }] })
})

test("unset of a variable that there is not is exit code 4, and it says which was meant", async () => {
  await using server = await manager()
  const { exit, err } = await alien(server, ["env", "unset", "shop", "LOG_LEVL"])
  expect(exit).toBe(4)
  expect(err).toContain('did you mean "LOG_LEVEL"?')
})

test.each([
  [["shop"], "no variable was given"],
  [["shop", "A=1", "A=2"], "A is there twice"],
  [["shop", "9LIVES=1"], '"9LIVES" is no name'],
  [["shop", "A", "B"], "stdin gives only one"],
  [["shop", "A"], "no value was given for A"],
])("set refuses %j with exit code 2, and it changes nothing", async (args, message) => {
  await using server = await manager()
  const { exit, err } = await alien(server, ["env", "set", ...args])
  expect(exit).toBe(2)
  expect(err).toContain(message)
  expect(server.lines().some((line) => line.startsWith("PATCH"))).toBe(false)
})

test("a resource that there is not is exit code 4, and it says which was meant", async () => {
  await using server = await manager()
  const { exit, err } = await alien(server, ["env", "set", "shop", "A=1", "--resource", "apl"])
  expect(exit).toBe(4)
  expect(err).toContain('did you mean "api"?')
})
