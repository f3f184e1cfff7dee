import { expect, test } from "vitest"
import { alien, shopManager } from "../testing/shop.ts"

const token = {
  id: "tok_a",
  role: "customer",
  deploymentId: "dep_shop",
  description: "Megacorp",
  createdAt: "2029-12-31T23:58:00Z",
  revokedAt: null,
}
const manager = () =>
  shopManager({
    "POST /v1/tokens": { status: 201, json: { token, secret: "alien_customer_x" } },
    "GET /v1/tokens": { json: { items: [token, { ...token, id: "tok_b", revokedAt: "2029-12-30T00:00:00Z" }] } },
    "DELETE /v1/tokens/tok_a": { json: token },
  })

test("create prints the token alone on stdout, so it can be piped", async () => {
  await using server = await manager()
  const argv = ["tokens", "create", "--deployment", "shop", "--description", "Megacorp"]
  const { exit, out, err } = await alien(server, argv)
  expect({ exit, out }).toEqual({ exit: 0, out: "alien_customer_x\n" })
  expect(err).toBe("tok_a, customer of shop; the token is shown this once:\n")
  expect(server.seen.at(-1)?.json).toEqual({ role: "customer", deploymentId: "dep_shop", description: "Megacorp" })
})

test.each([
  [["--role", "custmer", "--deployment", "shop"], "did you mean: customer?"],
  [["--role", "customer"], "name it: --deployment NAME"],
  [["--role", "admin", "--deployment", "shop"], "leave --deployment out"],
])("create refuses %j with exit code 2, and it makes nothing", async (options, hint) => {
  await using server = await manager()
  const { exit, err } = await alien(server, ["tokens", "create", ...options])
  expect(exit).toBe(2)
  expect(err).toContain(hint)
  expect(server.seen).toEqual([])
})

test("list shows whose they are and whether they are good, and it never shows a token", async () => {
  await using server = await manager()
  expect((await alien(server, ["tokens", "list"])).out.split("\n")).toEqual([
    "TOKEN   ROLE       DEPLOYMENT   CREATED     STATE             DESCRIPTION",
    "tok_a   customer   shop         2 min ago   good              Megacorp",
    "tok_b   customer   shop         2 min ago   revoked 2 d ago   Megacorp",
    "",
  ])
})

test("revoke asks first, and without a terminal it needs --yes", async () => {
  await using server = await manager()
  expect((await alien(server, ["tokens", "revoke", "tok_a"])).exit).toBe(2)
  expect(server.seen).toEqual([])
  expect(await alien(server, ["tokens", "revoke", "tok_a", "--yes"])).toMatchObject({
    exit: 0,
    out: "tok_a is worthless now.\n",
  })
})
