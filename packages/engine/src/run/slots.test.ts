import { describe, expect, test } from "vitest"
import { SlotPool } from "./slots.ts"

/** Asks for a place; `entered` says whether it came. */
const asks = (pool: SlotPool, signal?: AbortSignal) => {
  const place = { entered: false, leave: () => {}, taken: pool.take(signal) }
  place.taken.then((leave) => {
    place.entered = true
    place.leave = leave
  })
  return place
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe("places", () => {
  test("are given to so many, and to the others in the order in which they came", async () => {
    const pool = new SlotPool(2)
    const [one, two, three, four] = [asks(pool), asks(pool), asks(pool), asks(pool)]
    await turn()
    expect([one, two, three, four].map(({ entered }) => entered)).toEqual([true, true, false, false])
    expect(pool.hasFree).toBe(false)
    two?.leave()
    await turn()
    expect([three, four].map((place) => place?.entered)).toEqual([true, false])
    one?.leave()
    await turn()
    expect(four?.entered).toBe(true)
  })

  test("are given back once, however often they are left", async () => {
    const pool = new SlotPool(1)
    const one = asks(pool)
    await turn()
    one.leave()
    one.leave()
    const [two, three] = [asks(pool), asks(pool)]
    await turn()
    one.leave()
    await turn()
    expect([two.entered, three.entered]).toEqual([true, false])
  })

  test("are not taken by who gives up waiting", async () => {
    const pool = new SlotPool(1)
    const one = asks(pool)
    const gone = new AbortController()
    const two = asks(pool, gone.signal)
    const three = asks(pool)
    await turn()
    gone.abort()
    await two.taken
    two.leave()
    await turn()
    expect([two.entered, three.entered]).toEqual([true, false])
    one.leave()
    await turn()
    expect(three.entered).toBe(true)
    three.leave()
    expect(pool.hasFree).toBe(true)
  })

  test("are not waited for by who gave up before", async () => {
    const pool = new SlotPool(1)
    await pool.take(undefined)
    const leave = await pool.take(AbortSignal.abort())
    leave()
    expect(pool.hasFree).toBe(false)
  })

  test("are kept by who had one before giving up", async () => {
    const pool = new SlotPool(1)
    const stop = new AbortController()
    const leave = await pool.take(stop.signal)
    stop.abort()
    expect(pool.hasFree).toBe(false)
    leave()
    expect(pool.hasFree).toBe(true)
  })

  test("that nobody waits for are told of", async () => {
    let free = 0
    const pool = new SlotPool(1, () => {
      free += 1
    })
    const one = asks(pool)
    const two = asks(pool)
    await turn()
    one.leave()
    await turn()
    expect(free).toBe(0)
    two.leave()
    expect(free).toBe(1)
  })
})
