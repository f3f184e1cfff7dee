import { problem } from "@alienplatform/core"
import { describe, expect, test } from "vitest"
import { SimulatedClock } from "../testing/clock.ts"
import { callVerb } from "./call-verb.ts"

const never = () => new Promise<never>(() => {})
const asked = <T>(verb: (signal: AbortSignal) => Promise<T>, clock = new SimulatedClock()) =>
  callVerb(verb, { what: "read of tiny.thing", timeoutMs: 5_000, clock })

describe("asking a verb", () => {
  test("answers what it answers, and its signal is not aborted", async () => {
    let heard: AbortSignal | undefined
    const answer = await asked(async (signal) => {
      heard = signal
      return "answer"
    })
    expect(answer).toBe("answer")
    expect(heard?.aborted).toBe(false)
  })

  test("leaves nothing waiting once it was answered", async () => {
    const clock = new SimulatedClock()
    const started = clock.now()
    await asked(async () => "answer", clock)
    await clock.advance(1)
    expect(clock.now()).toBe(started + 1)
  })

  test("rejects with what it rejects with, whatever that is", async () => {
    const denied = problem("denied", { message: "no", outcome: "refused" })
    await expect(asked(() => Promise.reject(denied))).rejects.toBe(denied)
    for (const odd of ["text", undefined, null, 7]) await expect(asked(() => Promise.reject(odd))).rejects.toBe(odd)
  })

  test("rejects where it throws before it returns", async () => {
    const thrown = new TypeError("not a function")
    await expect(
      asked(() => {
        throw thrown
      }),
    ).rejects.toBe(thrown)
  })

  test("gives up after its time, with an outcome that nobody knows", async () => {
    const clock = new SimulatedClock()
    const started = clock.now()
    let heard: AbortSignal | undefined
    const call = asked((signal) => {
      heard = signal
      return never()
    }, clock)
    await expect(call).rejects.toMatchObject({
      code: "call_timeout",
      retryable: true,
      outcome: "unknown",
      message: "read of tiny.thing did not answer within 5 s",
    })
    expect(clock.now() - started).toBe(5_000)
    expect(heard?.aborted).toBe(true)
    expect(heard?.reason).toMatchObject({ code: "call_timeout" })
  })

  test("that is answered too late is given up, and its late failure disturbs nobody", async () => {
    const clock = new SimulatedClock()
    const call = asked(async () => {
      await clock.until(clock.now() + 6_000)
      throw new Error("too late")
    }, clock)
    await expect(call).rejects.toMatchObject({ code: "call_timeout" })
    await clock.advance(10_000)
  })

  test("just in time is answered", async () => {
    const clock = new SimulatedClock()
    const call = asked(async () => {
      await clock.until(clock.now() + 4_999)
      return "answer"
    }, clock)
    await expect(call).resolves.toBe("answer")
  })
})
