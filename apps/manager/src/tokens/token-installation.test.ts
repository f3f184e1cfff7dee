import { installationOfToken } from "@alienplatform/api/client"
import { expect, test } from "vitest"
import { testManager } from "../testing/manager.ts"
import { openSession } from "./session-token.ts"
import { createToken } from "./stored-token.ts"

test("every token that is made says the installation that answers at /health", async () => {
  await using manager = await testManager()
  const { body } = await manager.send("GET", "/health", undefined, { token: null })
  const { id } = await manager.store.installation()
  expect(body).toEqual({ status: "ok", installation: id })
  const of = { role: "customer", deployment: "dep_a", description: "" } as const
  const tokens = [
    manager.token,
    (await createToken(manager.store, of, 1)).secret,
    openSession(manager.store, id, 1).token,
  ]
  expect(tokens.map(installationOfToken)).toEqual([id, id, id])
  expect(new Set(tokens.map((token) => token.slice(-26))).size).toBe(3)
})
