import { expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"

const KEY = "aws.acm/123456789012/eu-central-1"

export function keyContract(fixture: Fixture): void {
  test("gives a key to one holder until its time is over", async () => {
    const { store } = fixture
    expect(await store.takeKey(KEY, "dep_a", 1_000, 2_000)).toBe(true)
    expect(await store.takeKey(KEY, "dep_b", 1_999, 3_000)).toBe(false)
    expect(await store.takeKey("another key", "dep_b", 1_999, 3_000)).toBe(true)
    expect(await store.takeKey(KEY, "dep_b", 2_000, 3_000)).toBe(true)
    expect(await store.takeKey(KEY, "dep_a", 2_999, 4_000)).toBe(false)
  })

  test("lets the holder take it again, for longer", async () => {
    const { store } = fixture
    await store.takeKey(KEY, "dep_a", 1_000, 2_000)
    expect(await store.takeKey(KEY, "dep_a", 1_500, 5_000)).toBe(true)
    expect(await store.takeKey(KEY, "dep_b", 4_999, 9_000)).toBe(false)
  })

  test("is free once its holder let it go, and nobody else lets it go", async () => {
    const { store } = fixture
    await store.takeKey(KEY, "dep_a", 1_000, 9_000)
    await store.letKeyGo(KEY, "dep_b")
    expect(await store.takeKey(KEY, "dep_b", 1_100, 9_000)).toBe(false)
    await store.letKeyGo(KEY, "dep_a")
    expect(await store.takeKey(KEY, "dep_b", 1_200, 9_000)).toBe(true)
    await store.letKeyGo(KEY, "dep_a")
    expect(await store.takeKey(KEY, "dep_a", 1_300, 9_000)).toBe(false)
  })

  test("goes to exactly one of those who ask at once, also when it was just left by somebody", async () => {
    const { store } = fixture
    for (const now of [1_000, 5_000]) {
      const asked = Array.from({ length: 12 }, (_, index) => store.takeKey(KEY, `dep_${now}_${index}`, now, now + 100))
      expect((await Promise.all(asked)).filter((taken) => taken)).toHaveLength(1)
    }
  })

  test("is not held up by a clock that was set back", async () => {
    const { store } = fixture
    const hour = 3_600_000
    await store.takeKey(KEY, "dep_a", 10 * hour, 10 * hour + 50_000)
    expect(await store.takeKey(KEY, "dep_b", 9 * hour, 9 * hour + 50_000)).toBe(true)
  })

  test("is held for an hour at most", async () => {
    const { store } = fixture
    await store.takeKey(KEY, "dep_a", 0, 90_000_000)
    expect(await store.takeKey(KEY, "dep_b", 3_599_999, 4_000_000)).toBe(false)
    expect(await store.takeKey(KEY, "dep_b", 3_600_000, 4_000_000)).toBe(true)
  })

  test("is dropped when nobody asked for it again", async () => {
    const { store } = fixture
    await store.takeKey(KEY, "dep_a", 1_000, 2_000)
    await store.takeKey("another key", "dep_a", 1_000, 3_000)
    expect(await store.pruneKeys(2_000)).toBe(1)
    expect(await store.pruneKeys(2_000)).toBe(0)
    expect(await store.takeKey("another key", "dep_b", 2_000, 3_000)).toBe(false)
  })

  test("outlives the store", async ({ skip }) => {
    const { store, reopen } = fixture
    if (!reopen) return skip()
    await store.takeKey(KEY, "dep_a", 1_000, 9_000)
    const again = await reopen()
    expect(await again.takeKey(KEY, "dep_b", 2_000, 9_000)).toBe(false)
    expect(await again.takeKey(KEY, "dep_a", 2_000, 9_000)).toBe(true)
  })
}
