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
  })

  test("lists tokens newest first, revoked ones too", async () => {
    const { store } = fixture
    const rows = [aToken("tok_1", { createdAt: 3_000, revokedAt: 4_000 }), aToken("tok_2", { createdAt: 2_000 })]
    for (const row of rows.toReversed()) await store.putToken(row)
    expect(await store.tokens()).toEqual(rows)
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
    const revoked = aToken("tok_1", { revokedAt: 5_000 })
    expect(await store.revokeToken("tok_1", 5_000)).toEqual(revoked)
    expect(await store.revokeToken("tok_1", 6_000)).toEqual(revoked)
    expect(await store.revokeToken("tok_2", 6_000)).toBeUndefined()
    expect(await store.tokenByHash("hash-of-tok_1")).toEqual(revoked)
  })

  test("keeps the last admin token, of two revocations at once too", async () => {
    const { store } = fixture
    const admin = { role: "admin", deployment: null } as const
    for (const id of ["tok_1", "tok_2", "tok_3"]) await store.putToken(aToken(id, admin))
    await store.putToken(aToken("tok_4"))
    await store.revokeToken("tok_3", 5_000)
    const both = await Promise.allSettled(["tok_1", "tok_2"].map((id) => store.revokeToken(id, 6_000)))
    const refused = both.filter((one) => one.status === "rejected")
    expect(refused).toMatchObject([{ reason: { code: "last_admin_token" } }])
    const [gone, left] = both[0]?.status === "fulfilled" ? ["tok_1", "tok_2"] : ["tok_2", "tok_1"]
    expect(await store.revokeToken(gone, 7_000)).toMatchObject({ revokedAt: 6_000 })
    expect(await store.tokenByHash(`hash-of-${left}`)).toMatchObject({ revokedAt: null })
    expect(await store.revokeToken("tok_4", 7_000)).toMatchObject({ revokedAt: 7_000 })
  })
}
