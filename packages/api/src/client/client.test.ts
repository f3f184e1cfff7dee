import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { createClient } from "./client.ts"

interface Sent {
  method: string
  url: string
  headers: Headers
  body: unknown
}

/** A manager that answers one thing, and what was sent to it. */
function answering(status: number, body: unknown, options: { token?: string } = {}) {
  const sent: Sent[] = []
  const text = typeof body === "string" ? body : JSON.stringify(body)
  const client = createClient({
    url: "http://manager.test/",
    ...options,
    fetch: async (url, init = {}) => {
      sent.push({ method: init.method ?? "", url: String(url), headers: new Headers(init.headers), body: init.body })
      return new Response(text, { status })
    },
  })
  return { client, sent }
}

test("sends the token, and every value encoded", async () => {
  const { client, sent } = answering(200, { items: [], nextCursor: null }, { token: "secret" })
  await client.deployments({ name: "a&b", limit: 2 })
  expect(sent[0]?.url).toBe("http://manager.test/v1/deployments?name=a%26b&limit=2")
  expect(sent[0]?.headers.get("authorization")).toBe("Bearer secret")
  await client.release("../x").catch(() => {})
  expect(sent[1]?.url).toBe("http://manager.test/v1/releases/..%2Fx")
})

test("throws the manager's error under its code", async () => {
  const context = { violations: [{ path: "name", code: "invalid", message: "no" }] }
  const body = {
    code: "request_invalid",
    message: "the body has 1 mistake",
    retryable: false,
    internal: false,
    context,
  }
  const { client } = answering(400, body)
  await expect(client.createDeployment({ name: "x", platform: "local" })).rejects.toMatchObject(body)
})

test("keeps members that it does not know yet", async () => {
  const { client } = answering(200, { status: "ok", uptime: 5 })
  expect(await client.health()).toEqual({ status: "ok", uptime: 5 })
})

test("says that the manager is unreachable, that a retry may help, and never the token", async () => {
  const client = createClient({
    url: "http://manager.test",
    token: "secret",
    fetch: async () => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) })
    },
  })
  const error = await client.whoami().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: "manager_unreachable", retryable: true })
  expect(String(error)).toContain("ECONNREFUSED")
  expect(String(error)).not.toContain("secret")
})

test("gives up on a manager that does not answer", async () => {
  const client = createClient({
    url: "http://manager.test",
    timeoutMs: 1,
    fetch: (_, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason))),
  })
  await expect(client.health()).rejects.toMatchObject({ code: "manager_unreachable", retryable: true })
})

test("does not take another server's answer for a manager's", async () => {
  for (const [status, body] of [
    [200, "<html>"],
    [200, { state: "fine" }],
    [200, [{ status: "ok" }]],
    [200, { status: null }],
    [502, "bad gateway"],
    [404, { error: "nope" }],
    [404, { code: 404, message: "nope" }],
  ] as const)
    await expect(answering(status, body).client.health()).rejects.toMatchObject({
      code: "answer_invalid",
      retryable: status === 502,
    })
})

test("takes of an error what is well-formed, whatever else came with it", async () => {
  const body = { code: "busy", message: "later", retryable: "yes", internal: null, hint: 7, context: [1] }
  const error = await answering(409, body)
    .client.health()
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: "busy", message: "later", retryable: false, internal: false })
  expect(error).toMatchObject({ hint: undefined, context: undefined })
})

test("a refusal for want of a token says that none was sent, and where to get one", async () => {
  const fetch = async () =>
    Response.json({ code: "unauthorized", message: "the request has no valid token" }, { status: 401 })
  const asked = (token?: string) => createClient({ url: "http://m.test", token, fetch }).whoami()
  const hint = expect.stringContaining("alien login http://m.test")
  await expect(asked()).rejects.toMatchObject({
    code: "unauthorized",
    message: expect.stringContaining("none was sent"),
    hint,
  })
  await expect(asked("wrong")).rejects.toMatchObject({ message: "the request has no valid token" })
})

test("loads no schema", async () => {
  const program = `
    import { registerHooks } from "node:module"
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(new URL("./client.ts", import.meta.url).href)})
    console.log(loaded.join("\\n"))`
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program])
  expect(stdout).toContain("client/send.ts")
  expect(stdout).not.toMatch(/zod|hono|core\/src\/index/)
})
