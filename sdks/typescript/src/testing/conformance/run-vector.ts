import { inspect } from "node:util"
import { expect, vi } from "vitest"
import { AlienSdkError } from "../../error.ts"
import { createSdk, type Sdk } from "../../sdk.ts"
import { ManualClock } from "../manual-clock.ts"
import { Questions, REAL_TIME } from "./questions.ts"
import { type ScriptedManager, startScriptedManager } from "./scripted-manager.ts"
import type { Call, CallStep, Step } from "./step.ts"
import type { Vector } from "./vector.ts"

/** Runs one vector. A failure's message begins with the file, the vector and the step. */
export async function runVector(file: string, vector: Vector): Promise<void> {
  const { it, environment, manager: answers, steps, warnings } = vector
  await using manager = answers && (await startScriptedManager(answers))
  const run = new Run(environment, manager)
  for (const [place, step] of steps.entries()) {
    await nameFailure(`${file}: it ${it}: step ${place + 1} of ${steps.length}, ${JSON.stringify(step)}`, () =>
      run.perform(step),
    )
  }
  await nameFailure(`${file}: it ${it}: warnings`, () => expect(run.warnings).toEqual(warnings))
}

class Run {
  readonly warnings: string[] = []
  readonly #clock = new ManualClock()
  readonly #manager: ScriptedManager | undefined
  readonly #questions: Questions
  readonly #sdk: Sdk

  constructor(environment: Vector["environment"], manager: ScriptedManager | undefined) {
    this.#manager = manager
    this.#questions = new Questions(this.#clock, manager)
    this.#sdk = createSdk(
      { ...manager?.environment, ...textsOf(environment) },
      {
        clock: this.#clock,
        random: () => {
          this.#questions.noteAnswer()
          return 0
        },
        warn: (message, code) => this.#warn(message, code),
        fetch: (...request) => this.#questions.send(...request),
      },
    )
  }

  async perform(step: Step): Promise<void> {
    if ("call" in step) return this.#call(step)
    if ("releases" in step) {
      this.#manager?.release()
      return this.#questions.settle(0)
    }
    for (let time = 0; time < step.times; time += 1) {
      await this.#clock.advance(step.passes)
      await this.#questions.settle(step.asks)
    }
  }

  async #call({ call, waits, asks, ...wanted }: CallStep): Promise<void> {
    let outcome: Outcome | undefined
    void outcomeOf(this.#sdk, call).then((came) => {
      outcome = came
    })
    if (waits > 0) {
      await this.#questions.settle(asks)
      await this.#clock.advance(waits - 1)
      expect(outcome, "the call came back too early").toBeUndefined()
      await this.#clock.advance(1)
    }
    await vi.waitFor(() => expect(outcome, "the call does not come back").toBeDefined(), REAL_TIME)
    await this.#questions.settle(waits > 0 ? 0 : asks)
    expect(outcome).toEqual(wanted)
  }

  #warn(message: string, code: string): void {
    this.warnings.push(withoutSecret(code, message))
    if (code === "manager_refused") this.#questions.noteAnswer()
  }
}

/** The code; a text that no vector expects where the message holds a secret. */
const withoutSecret = (code: string, text: string): string =>
  text.includes("s3cret") ? `${code}, and its text holds a secret` : code

type Outcome = { answer: unknown } | { code: string }

const outcomeOf = (sdk: Sdk, call: Call): Promise<Outcome> =>
  resultOf(sdk, call).then(
    (answer) => ({ answer: answer ?? null }),
    (error: unknown) => {
      const code = error instanceof AlienSdkError ? error.code : "not an error of the SDK"
      return { code: withoutSecret(code, inspect(error)) }
    },
  )

async function resultOf(sdk: Sdk, call: Call): Promise<unknown> {
  if (call.get === "own") return sdk.publicEndpoints()
  if (call.get === "publicUrl") return sdk.container(call.id).getPublicUrl()
  const resource = await sdk[call.load](call.id)
  if (call.get === "endpoints") return resource.getEndpoints()
  return call.endpoint === undefined ? resource.getUrl() : resource.getUrl(call.endpoint)
}

const textsOf = (environment: Vector["environment"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  )

async function nameFailure(what: string, check: () => unknown): Promise<void> {
  try {
    await check()
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${error.message}`
    throw error
  }
}
