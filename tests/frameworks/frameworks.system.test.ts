import { afterAll, beforeAll, expect, test } from "vitest"
import { CASES } from "./cases.ts"
import { type Machine, openMachine } from "./machine.ts"
import { runCase } from "./run-case.ts"

let machine: Machine
beforeAll(async () => {
  machine = await openMachine()
}, 120_000)
afterAll(() => machine?.[Symbol.asyncDispose](), 120_000)

// Installs packages from the npm registry, and runs the programs that the cases name.
test.for(CASES.map((tried) => [tried.title, tried] as const))(
  "%s: it is deployed and answers",
  { timeout: 240_000 },
  async ([, tried]) => {
    const { answers } = await runCase(machine, tried)
    expect(answers).toEqual(
      tried.calls.map(({ path, answers }) => ({
        path,
        status: expect.any(Number),
        body: expect.stringContaining(answers),
      })),
    )
  },
)
