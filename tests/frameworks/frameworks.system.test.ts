import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { CASES } from "./cases.ts"
import { runCase } from "./run-case.ts"

// Installs packages from the npm registry, and runs the programs that the cases name.
describe.runIf(process.env.ALIEN_TEST_SYSTEM)("a project of", () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await startJourney()
  }, 60_000)
  afterAll(() => journey[Symbol.asyncDispose](), 60_000)

  test.for(CASES.map((tried) => [tried.title, tried] as const))(
    "%s is deployed and answers",
    { timeout: 240_000 },
    async ([, tried]) => {
      const { answers } = await runCase(journey, tried)
      expect(answers).toEqual(
        tried.calls.map(({ path, answers }) => ({
          path,
          status: expect.any(Number),
          body: expect.stringContaining(answers),
        })),
      )
    },
  )
})
