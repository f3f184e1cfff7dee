import { routes } from "@alienplatform/api"
import { describe, expect, test } from "vitest"
import { release, type TestManager, testManager } from "../testing/manager.ts"

const pathsOf = ({ body }: { body: { code: string; context?: { violations: { path: string; code: string }[] } } }) => [
  body.code,
  ...(body.context?.violations ?? []).map(({ path, code }) => `${code} ${path}`),
]

async function held(manager: TestManager): Promise<string> {
  await release(manager)
  const { body } = await manager.send("POST", "/v1/deployments", { name: "shop", platform: "test", hold: true })
  return body.deployment.id
}

/** Schemas of request bodies, by operation, as the API's document has them. */
type Schema = { type?: string; properties?: Record<string, Schema>; items?: Schema; additionalProperties?: unknown } & {
  $ref?: string
  anyOf?: Schema[]
  allOf?: Schema[]
  oneOf?: Schema[]
}

interface Document {
  components: { schemas: Record<string, Schema> }
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>
}

/** Members whose keys are free here; what lies in them is checked by what they are for. */
const FREE = ["stackSettings", "stack", "target"]

describe("an unknown field", () => {
  test("of a query is refused by name on every route, with the one that was meant", async () => {
    await using manager = await testManager()
    const id = await held(manager)
    for (const { method, path } of Object.values(routes).filter((route) => route.path.startsWith("/v1/"))) {
      const asked = `${path.replace("{id}", id).replace("{sha256}", "a".repeat(64))}?nonsense=1&__proto__=2`
      const answer = await manager.send(method.toUpperCase(), asked)
      expect([path, answer.status, ...pathsOf(answer)]).toEqual([
        ...[path, 400, "request_invalid", "key_unknown nonsense", "key_unknown __proto__"],
      ])
    }
    const meant = await manager.send("GET", "/v1/deployments?platfrom=test")
    expect(meant.body.context.violations[0].message).toContain('did you mean "platform"?')
    expect((await manager.send("GET", "/v1/deployments?include=a&include=b&platform=test")).status).toBe(200)
    expect((await manager.send("GET", "/v1/deployments?name=a&name=b")).status).toBe(400)
  })

  test("of a body is refused by every schema: none of the API's document takes more than it names", async () => {
    await using manager = await testManager()
    const document = (await (await manager.app.request("/openapi.json")).json()) as Document
    const open: string[] = []
    const visit = (schema: Schema, at: string): void => {
      if (FREE.some((name) => at.endsWith(`.${name}`))) return
      const name = schema.$ref?.split("/").at(-1)
      if (name !== undefined) visit(document.components.schemas[name] ?? {}, at)
      if (schema.type === "object" && schema.additionalProperties !== false) open.push(at)
      for (const [key, inner] of Object.entries(schema.properties ?? {})) visit(inner, `${at}.${key}`)
      for (const inner of [...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.oneOf ?? [])]) visit(inner, at)
      if (schema.items) visit(schema.items, `${at}[]`)
    }
    let bodies = 0
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { requestBody }] of Object.entries(methods)) {
        const schema = requestBody?.content["application/json"]?.schema
        if (!schema) continue
        bodies++
        visit(schema, `${method} ${path}`)
      }
    expect(open).toEqual([])
    expect(bodies).toBeGreaterThan(7)
  })

  test("of a body where none is taken is refused, and nothing is asked for", async () => {
    await using manager = await testManager()
    const id = await held(manager)
    const before = (await manager.send("GET", `/v1/deployments/${id}`)).body
    const answer = await manager.send("POST", `/v1/deployments/${id}/retry`, { force: true })
    expect([answer.status, ...pathsOf(answer)]).toEqual([400, "request_invalid", "key_unknown force"])
    expect((await manager.send("GET", `/v1/deployments/${id}`)).body).toEqual(before)
    expect((await manager.send("POST", `/v1/deployments/${id}/retry`, {})).status).toBe(200)
  })
})

describe("null in a change of settings", () => {
  const change = async (settings: object, at = "") => {
    await using manager = await testManager()
    const id = await held(manager)
    const answer = await manager.send(at ? "POST" : "PATCH", `/v1/deployments/${id}${at}`, { stackSettings: settings })
    return [answer.status, ...(answer.status === 400 ? pathsOf(answer) : [])]
  }

  test.each([
    [{ networ: null }, "networ"],
    [{ endpoints: { api: { exposer: null } } }, "endpoints.api.exposer"],
    [{ domains: { customDomians: null } }, "domains.customDomians"],
  ])("%j is refused by name: nothing of it is left to be refused once it is merged", async (settings, place) => {
    const refused = [400, "settings_invalid", `key_unknown ${place}`]
    expect(await change(settings)).toEqual(refused)
    expect(await change(settings, "/plan")).toEqual(refused)
  })

  test.each([
    { network: null },
    { domains: { customDomains: { api: null } } },
    { endpoints: { api: { exposure: null } }, updates: null },
  ])("%j may remove what is not there", async (settings) => {
    expect(await change(settings)).toEqual([200])
  })
})

describe("__proto__", () => {
  test.each([
    [
      "POST",
      "/v1/deployments",
      '{"name":"two","platform":"test","stackSettings":{"__proto__":{"updates":"auto"}}}',
      "stackSettings.__proto__",
    ],
    ["POST", "/v1/deployments", '{"name":"two","platform":"test","target":{"__proto__":{}}}', "target.__proto__"],
    [
      "PATCH",
      "/v1/deployments/ID",
      '{"stackSettings":{"domains":{"__proto__":null}}}',
      "stackSettings.domains.__proto__",
    ],
    [
      "PATCH",
      "/v1/deployments/ID",
      '{"environmentVariables":[{"name":"A","value":"1","type":"plain","__proto__":{}}]}',
      "environmentVariables[0].__proto__",
    ],
    [
      "POST",
      "/v1/releases",
      '{"projectId":"default","stack":{"test":{"id":"x","resources":{"__proto__":{}}}}}',
      "stack.test.resources.__proto__",
    ],
    ["POST", "/v1/deployments/ID/plan", '{"stackSettings":{"__proto__":{}}}', "stackSettings.__proto__"],
    ["POST", "/v1/deployments/ID/redeploy", '{"__proto__":{"releaseId":"rel_x"}}', "__proto__"],
    ["POST", "/v1/deployments/ID/retry", '{"__proto__":1}', "__proto__"],
  ])("in %s %s %s is refused by its place, and nothing changes", async (method, path, body, place) => {
    await using manager = await testManager()
    const id = await held(manager)
    const state = async () => (await manager.send("GET", "/v1/deployments")).body
    const before = await state()
    const answer = await manager.send(method, path.replace("ID", id), body)
    expect([answer.status, ...pathsOf(answer)]).toEqual([400, "request_invalid", `key_unknown ${place}`])
    expect(await state()).toEqual(before)
  })

  test("is found however deep it lies", async () => {
    await using manager = await testManager()
    const id = await held(manager)
    const deep = `{"stackSettings":${'{"a":'.repeat(50_000)}{"__proto__":1}${"}".repeat(50_000)}}`
    const answer = await manager.send("PATCH", `/v1/deployments/${id}`, deep)
    expect([answer.status, answer.body.code]).toEqual([400, "request_invalid"])
  })

  test("costs no more the more of it a body has: the first ones are told, with the end of their paths", async () => {
    await using manager = await testManager()
    const id = await held(manager)
    const nested = `${'{"__proto__":'.repeat(60_000)}1${"}".repeat(60_000)}`
    const answer = await manager.send("PATCH", `/v1/deployments/${id}`, `{"stackSettings":${nested}}`)
    expect(pathsOf(answer).slice(0, 3)).toEqual([
      ...["request_invalid", "key_unknown stackSettings.__proto__", "key_unknown stackSettings.__proto__.__proto__"],
    ])
    expect(answer.body.context.violations).toHaveLength(20)
    const deep = `${'{"a":'.repeat(50_000)}{"__proto__":1}${"}".repeat(50_000)}`
    const [, end] = pathsOf(await manager.send("PATCH", `/v1/deployments/${id}`, `{"stackSettings":${deep}}`))
    expect(end).toMatch(/^key_unknown … (?:a\.){31}__proto__$/)
  })

  test("is found among very many members", async () => {
    await using manager = await testManager()
    const id = await held(manager)
    const wide = `{"stackSettings":{"a":[${"0,".repeat(400_000)}{"__proto__":1}]}}`
    const answer = await manager.send("PATCH", `/v1/deployments/${id}`, wide)
    expect(pathsOf(answer)).toEqual(["request_invalid", "key_unknown stackSettings.a[400000].__proto__"])
  })
})

test("a parameter that is given twice is refused by name", async () => {
  await using manager = await testManager()
  for (const query of ["limit=1&limit=2", "name=a&name=b", "platform=test&platform=test"]) {
    const answer = await manager.send("GET", `/v1/deployments?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body.context.violations).toEqual([
      { path: query.split("=")[0], code: "value_malformed", message: "is given more than once; give it once" },
    ])
  }
})

test("a body without a content-type is refused: where one may be left out it would count for nothing", async () => {
  await using manager = await testManager()
  const id = await held(manager)
  const body = new TextEncoder().encode('{"releaseId":"rel_older"}')
  const headers = { authorization: `Bearer ${manager.token}` }
  const answer = await manager.app.request(`/v1/deployments/${id}/redeploy`, { method: "POST", headers, body })
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([415, "media_type_not_supported"])
  expect((await manager.send("GET", `/v1/deployments/${id}`)).body.generation).toBe(1)
})
