import * as core from "@alienplatform/core"
import { expect, test } from "vitest"
import { RUN } from "./outcomes.ts"
import { type BuilderProgram, builders } from "./recording.ts"

const { programs } = builders()
type Builder = Record<string, (...given: unknown[]) => Builder> & { build(): core.Resource }
const classes = core as unknown as Record<string, new (id: string) => Builder>

function declared({ class: name, id, calls }: BuilderProgram): core.Resource {
  const empty = new (classes[name] as new (id: string) => Builder)(id)
  return calls.reduce((builder, [call, ...given]) => builder[call]?.(...given) ?? builder, empty).build()
}

/** Members that this version has and that one had not, and those of it that ask for nothing and leave no trace. */
const differing = ({ ingress: _, stateful: __, stopGracePeriodSeconds: ___, ...rest }: Record<string, unknown>) => rest
const empty = { ports: [], publicEndpoints: [] }

const shown = ({ class: name, calls }: BuilderProgram) => `${name}: ${calls.map(([call]) => call).join(", ")}`
const run = programs.filter(({ class: name }) => RUN.includes(name))
const others = programs.filter(({ class: name }) => !RUN.includes(name))

test.each(run.map((one) => [shown(one), one] as const))("%s builds the same", (_, program) => {
  const { config: built, violations } = declared(program)
  const config: Record<string, unknown> = { ...built }
  expect(violations).toEqual([])
  const theirs = { ...empty, ...program.builds }
  // Of the older version alone: a Worker had half the memory.
  const memory = program.calls.some(([call]) => call === "memoryMb") ? {} : { memoryMb: config.memoryMb }
  expect(differing({ ...empty, ...config })).toEqual(
    differing({ ...theirs, ...(program.class === "Worker" ? memory : {}) }),
  )
})

test.each(run.map((one) => [shown(one), one] as const))("%s as it was built there is taken", (_, program) => {
  const permissions = { profiles: { p: {}, reader: {} } }
  const resources = { [program.id]: { config: program.builds, lifecycle: "live", dependencies: [] } }
  expect(core.parseStack({ id: "shop", resources, permissions }).resources[program.id]).toBeDefined()
})

test.each(others.map((one) => [shown(one), one] as const))(
  "%s is declared the same, and refused by its name",
  (_, program) => {
    const built = declared(program)
    expect(built.config).toMatchObject({ type: program.builds.type, id: program.id })
    expect(() => new core.Stack("shop").add(built, "frozen").build()).toThrow(`of type ${program.builds.type}`)
  },
)
