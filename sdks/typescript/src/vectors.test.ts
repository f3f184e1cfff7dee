import { describe, expect, test } from "vitest"
import type { AlienSdkError } from "./error.ts"
import { createSdk, type Sdk } from "./sdk.ts"
import { answering, startInfoServer } from "./testing/info-server.ts"
import { ManualClock } from "./testing/manual-clock.ts"
import vectors from "./vectors.json" with { type: "json" }

/** A case that every SDK passes: what is injected, what the manager tells, one call and what comes of it. */
interface Vector {
  it: string
  environment: Record<string, string | undefined>
  /** Body of `/info`. Absent: no manager is set. */
  info?: unknown
  call: { get: string; load?: string; id?: string; endpoint?: string }
  /** null: no URL. */
  answer?: unknown
  code?: string
}

describe("the SDK", () => {
  test.each<Vector>(vectors as Vector[])("$it", async ({ environment, info, call, answer, code }) => {
    await using manager = await startInfoServer(answering(info ?? {}))
    const sdk = createSdk(info === undefined ? environment : { ...environment, ...manager.environment }, {
      clock: new ManualClock(),
    })
    const outcome = await outcomeOf(sdk, call).then(
      (value) => ({ answer: value ?? null }),
      (error: AlienSdkError) => ({ code: error.code }),
    )
    expect(outcome).toEqual(code === undefined ? { answer } : { code })
    expect(manager.requests).toHaveLength(info === undefined ? 0 : 1)
  })
})

async function outcomeOf(sdk: Sdk, { get, load, id = "", endpoint }: Vector["call"]): Promise<unknown> {
  if (get === "own") return sdk.publicEndpoints()
  const resource = await sdk[load as "worker"](id)
  if (get === "endpoints") return resource.getEndpoints()
  return endpoint === undefined ? resource.getUrl() : resource.getUrl(endpoint)
}
