import { expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"
import { aToken } from "../samples.ts"

export function tokenContract(fixture: Fixture): void {
  test("finds a token by its hash", async () => {
    const { store } = fixture
    const admin = aToken("tok_1", { role: "admin", deployment: null })
    await store.putToken(admin)
    await store.putToken(aToken("tok_2"))
    expect(await store.tokenByHash("hash-of-tok_1")).toEqual(admin)
    expect(await store.tokenByHash("hash-of-tok_3")).toBeUndefined()
    expect(await store.tokens()).toEqual([admin, aToken("tok_2")])
  })

  test("overwrites a token by its id", async () => {
    const { store } = fixture
    await store.putToken(aToken("tok_1"))
    await store.putToken(aToken("tok_1", { hash: "renewed", description: "again" }))
    expect(await store.tokens()).toEqual([aToken("tok_1", { hash: "renewed", description: "again" })])
    expect(await store.tokenByHash("hash-of-tok_1")).toBeUndefined()
  })

  test("refuses a hash that another token has", async () => {
    await fixture.store.putToken(aToken("tok_1"))
    await expect(fixture.store.putToken(aToken("tok_2", { hash: "hash-of-tok_1" }))).rejects.toMatchObject({
      code: "store_conflict",
    })
  })

  test("revokes once, and still finds the token with the time", async () => {
    const { store } = fixture
    await store.putToken(aToken("tok_1"))
    expect(await store.revokeToken("tok_1", 5_000)).toBe(true)
    expect(await store.revokeToken("tok_1", 6_000)).toBe(false)
    expect(await store.revokeToken("tok_2", 6_000)).toBe(false)
    expect(await store.tokenByHash("hash-of-tok_1")).toEqual(aToken("tok_1", { revokedAt: 5_000 }))
  })
}
