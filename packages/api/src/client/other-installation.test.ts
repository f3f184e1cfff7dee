import { expect, test } from "vitest"
import { createClient } from "./client.ts"
import { installationOfToken } from "./token-installation.ts"

const OWN = "ins_abcdefgh01234567"
const OTHER = "ins_zzzzzzzz01234567"
const token = `alien_admin_${OWN.slice(4)}_${"x".repeat(26)}`

/** Something at an address that says of which installation it is, and what was sent to it. */
function answeringAs(health: () => unknown, status = 200) {
  const sent: { path: string; authorization: string | null }[] = []
  const client = createClient({
    url: "http://manager.test",
    token,
    fetch: async (url, init = {}) => {
      const path = new URL(String(url)).pathname
      sent.push({ path, authorization: new Headers(init.headers).get("authorization") })
      if (path === "/health") return Response.json(health(), { status })
      return Response.json({ id: "tok_1", role: "admin" })
    },
  })
  return { client, sent }
}

test("a token is sent once its installation has answered, which is asked for once", async () => {
  const { client, sent } = answeringAs(() => ({ status: "ok", installation: OWN }))
  await client.whoami()
  await client.whoami()
  expect(sent).toEqual([
    { path: "/health", authorization: null },
    { path: "/v1/whoami", authorization: `Bearer ${token}` },
    { path: "/v1/whoami", authorization: `Bearer ${token}` },
  ])
})

test.each([
  ["another installation", { status: "ok", installation: OTHER }, OTHER],
  ["a manager that names none", { status: "ok" }, "does not name"],
])("no token is sent to %s, and both are named", async (_, health, named) => {
  const { client, sent } = answeringAs(() => health)
  const error = await client.whoami().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: "token_of_other_installation", message: expect.stringContaining(named) })
  expect(String(error)).not.toContain(token)
  expect(sent.filter(({ authorization }) => authorization !== null)).toEqual([])
})

test("no token is sent to what is no manager", async () => {
  const { client, sent } = answeringAs(() => ({ hello: "world" }), 404)
  await expect(client.whoami()).rejects.toMatchObject({ code: "answer_invalid" })
  expect(sent.filter(({ authorization }) => authorization !== null)).toEqual([])
})

test("it asks again after a failure, so that the manager may come back", async () => {
  let installation = OTHER
  const { client } = answeringAs(() => ({ status: "ok", installation }))
  await expect(client.whoami()).rejects.toMatchObject({ code: "token_of_other_installation" })
  installation = OWN
  expect(await client.whoami()).toMatchObject({ role: "admin" })
})

test("a redirect is not followed, and it says where it leads without the path", async () => {
  const sent: string[] = []
  const client = createClient({
    url: "http://manager.test",
    token: "of-an-older-manager",
    fetch: async (url, init) => {
      sent.push(String(url))
      expect(init?.redirect).toBe("manual")
      return new Response(null, { status: 307, headers: { location: "https://elsewhere.test/secret?x=1" } })
    },
  })
  const error = await client.whoami().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: "answer_invalid", message: expect.stringContaining("https://elsewhere.test,") })
  expect(String(error)).not.toContain("secret")
  expect(sent).toEqual(["http://manager.test/v1/whoami"])
})

test.each([
  ["an older one", `alien_admin_${"A".repeat(43)}`],
  ["a workload's", "alien_workload_ZGVwX2E.AAAA"],
  ["any text", "s3cret"],
])("%s says no installation", (_, text) => {
  expect(installationOfToken(text)).toBeUndefined()
})
