import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { contractFrom } from "./contract-file.ts"
import { type OpenApiDocument, operationFor, operationsOf, schemaOf } from "./document.ts"
import { driveEverything } from "./drive.ts"
import { findMistakes, type Schema } from "./json-schema.ts"
import { type ContractManager, type Exchange, startContractManager } from "./manager.ts"
import { findNarrowings, resolveReference } from "./narrower.ts"
import { SETTINGS } from "./settings-samples.ts"

const found = contractFrom(process.env)
if ("missing" in found) {
  test("holds the manager against the published API", (one) => one.skip(found.missing))
} else {
  describe("the published API of the manager", () => holds(found.document))
}

function holds(contract: OpenApiDocument): void {
  let manager: ContractManager
  let ours: OpenApiDocument
  /** Of every route. */
  let exchanges: readonly Exchange[]
  beforeAll(async () => {
    manager = await startContractManager()
    ours = (await manager.ask("GET", "/openapi.json")).body
    await driveEverything(manager)
    exchanges = [...manager.exchanges]
  })
  afterAll(() => manager?.[Symbol.asyncDispose]())

  const named = (name: string): Schema => resolveReference(contract, `#/components/schemas/${name}`)
  const mistakes = (value: unknown, schema: Schema) =>
    findMistakes(value, schema, (one) => resolveReference(contract, one))
  /** What the contract refuses of an answer. An error that it gives no schema is one of its errors too. */
  const mistakesIn = ({ method, path, status, body }: Exchange): string[] => {
    const operation = operationFor(contract, method, path)?.operation
    if (!operation) return []
    const schema = schemaOf(operation.responses[status]) ?? (status < 400 ? {} : named("AlienError"))
    return mistakes(body, schema).map((mistake) => `${method} ${path} ${status} ${mistake}`)
  }
  const operation = (name: string) => operationsOf(ours).find((one) => one.name === name)?.operation

  test.each(operationsOf(contract))(
    "$name is in our document, with its statuses and parameters",
    ({ name, operation: theirs }) => {
      const own = operation(name)
      expect(Object.keys(own?.responses ?? {})).toEqual(expect.arrayContaining(Object.keys(theirs.responses)))
      const parameters = (of: typeof theirs | undefined) => (of?.parameters ?? []).map((one) => `${one.in} ${one.name}`)
      expect(parameters(own)).toEqual(expect.arrayContaining(parameters(theirs)))
    },
  )

  test.each(operationsOf(contract))("$name asks for no more than it says", ({ name, operation: theirs }) => {
    const [own, published] = [schemaOf(operation(name)?.requestBody), schemaOf(theirs.requestBody)]
    if (!own) return expect(published).toBeUndefined()
    const nothing = { type: "object" }
    const placed = { schema: published ?? nothing, document: contract }
    expect(findNarrowings({ schema: own, document: ours }, placed)).toEqual([])
  })

  test.each(operationsOf(contract))(
    "$name answers with the success that it says, and with nothing else that is one",
    ({ name, operation: theirs }) => {
      const answered = exchanges.filter(
        ({ method, path, status }) => status < 400 && operationFor(contract, method, path)?.name === name,
      )
      const success = Object.keys(theirs.responses).filter((status) => Number(status) < 400)
      expect([...new Set(answered.map(({ status }) => String(status)))]).toEqual(success)
    },
  )

  test("every answer is what the contract says, refusals too", () => {
    expect(exchanges.flatMap(mistakesIn)).toEqual([])
    const statuses = new Set(exchanges.map(({ status }) => status))
    expect([...statuses].toSorted()).toEqual([200, 201, 202, 400, 401, 403, 404, 409, 422])
  })

  test("a broken answer would be noticed, whatever is broken of it", () => {
    const info = exchanges.find(({ path, body }) => path.endsWith("/info") && body.resources?.api)
    const list = exchanges.find(({ path, body }) => path === "/v1/deployments" && body.items?.length > 0)
    const refused = exchanges.find(({ status }) => status === 404)
    const breaks: [Exchange | undefined, (body: Exchange["body"]) => void][] = [
      [info, (body) => delete body.commands],
      [info, (body) => Object.assign(body, { platform: "moon" })],
      [info, (body) => Object.assign(body.resources.api.publicEndpoints.web, { port: 0 })],
      [info, (body) => delete body.resources.api.publicEndpoints.web.url],
      [list, (body) => Object.assign(body.items[0], { projectId: null })],
      [list, (body) => Object.assign(body.items[0], { deploymentProtocolVersion: "1" })],
      [refused, (body) => delete body.retryable],
    ]
    for (const [exchange, breakIt] of breaks) {
      expect(exchange).toBeDefined()
      const broken = structuredClone(exchange as Exchange)
      expect(mistakesIn(broken)).toEqual([])
      breakIt(broken.body)
      expect(mistakesIn(broken)).toHaveLength(1)
    }
  })

  test("has one project, one group and one workspace", () => {
    const answered = (good: (one: Exchange) => boolean) => exchanges.filter(good).map(({ body }) => body)
    const deployments = answered(({ path, status }) => path === "/v1/deployments" && status === 201)
    const whole = { projectId: "default", workspaceId: "default", deploymentGroupId: "default" }
    for (const { deployment } of deployments) expect(deployment).toMatchObject(whole)
    const releases = answered(({ path, status }) => path === "/v1/releases" && status === 201)
    for (const one of releases) expect(one).toMatchObject({ projectId: "default", workspaceId: "default" })
    expect([deployments.length > 0, releases.length > 0]).toEqual([true, true])
  })

  test("takes every body of the contract's shape that it can serve", () => {
    const asked = exchanges.filter(
      ({ method, path }) => method === "POST" && /^\/v1\/(releases|deployments)$/.test(path),
    )
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(8)
    expect(JSON.stringify(exchanges)).not.toContain("a secret value")
  })

  test("has a sample of every setting, of every network and of every value that is listed", () => {
    const samples = JSON.stringify(Object.values(SETTINGS))
    const settings = named("StackSettings").properties as Record<string, Schema>
    const networks = named("NetworkSettings").oneOf as { properties: { type: { enum: string[] } } }[]
    const listed = ["HeartbeatsMode", "TelemetryMode", "UpdatesMode", "DeploymentModel"].map((name) => named(name).enum)
    const values = [...networks.map(({ properties }) => properties.type.enum), ...listed].flat() as string[]
    expect(Object.keys(settings).filter((name) => !samples.includes(`"${name}":`))).toEqual([])
    expect(values.filter((value) => !samples.includes(`:"${value}"`))).toEqual([])
  })

  test.each(Object.entries(SETTINGS))("takes or refuses the settings: %s", async (what, stackSettings) => {
    expect(mistakes(stackSettings, named("StackSettings"))).toEqual([])
    const name = `s-${Object.keys(SETTINGS).indexOf(what)}`
    const body = { name, platform: "test", stackSettings }
    const exchange = await manager.ask("POST", "/v1/deployments", { body })
    expect(mistakesIn(exchange)).toEqual([])
    const [key = ""] = Object.keys(stackSettings)
    if (exchange.status === 201)
      expect(exchange.body.deployment.stackSettings).toMatchObject(withoutNulls(stackSettings) as object)
    else {
      expect([exchange.status, exchange.body.code]).toEqual([422, "setting_not_supported"])
      for (const violation of exchange.body.context.violations) expect(violation.path.split(".")[0]).toBe(key)
    }
  })
}

/** A member that is null counts as absent. */
const withoutNulls = (value: unknown): unknown =>
  typeof value !== "object" || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== null)
          .map(([name, member]) => [name, withoutNulls(member)]),
      )
