import fc from "fast-check"
import { expect, test } from "vitest"
import { Container, Daemon, Function as Func, type Resource, Stack, Worker } from "../index.ts"
import { parseStack } from "./parse.ts"

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/)
const variables = fc.dictionary(fc.stringMatching(/^[B-Z_][A-Z0-9_]{0,8}$/), fc.stringMatching(/^[^\0]*$/))
const flags = { hostLabel: label, wildcardSubdomains: fc.boolean() }
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const image = { type: "image", image: "acme/api:1" } as const

const handler = fc.record({
  memoryMb: maybe(fc.integer({ min: 128, max: 32768 })),
  timeoutSeconds: maybe(fc.integer({ min: 1, max: 3600 })),
  concurrencyLimit: maybe(fc.integer({ min: 1, max: 100 })),
  environment: maybe(variables),
  endpoints: fc.uniqueArray(fc.record({ name: label, ...flags, streaming: fc.boolean() }, { requiredKeys: ["name"] }), {
    maxLength: 3,
    selector: ({ name, hostLabel }) => hostLabel ?? name,
  }),
  public: fc.boolean(),
})

const program = fc.record({
  cpu: maybe(fc.integer({ min: 1, max: 64 })),
  memory: maybe(fc.integer({ min: 1, max: 4096 })),
  replicas: maybe(fc.integer({ min: 1, max: 1000 })),
  bounds: maybe(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 30, max: 1000 }))),
  environment: maybe(variables),
  endpoints: fc.uniqueArray(
    fc.record(
      { name: label, port: fc.integer({ min: 1, max: 65535 }), protocol: fc.constantFrom("http", "tcp"), ...flags },
      { requiredKeys: ["name", "port"] },
    ),
    { maxLength: 3, selector: ({ port }) => port },
  ),
})

const distinct = <T>(items: readonly T[], key: (item: T) => unknown) => new Set(items.map(key)).size === items.length

function builtHandler(
  id: string,
  type: "worker" | "function",
  given: typeof handler extends fc.Arbitrary<infer T> ? T : never,
) {
  const common = <B extends Worker | Func>(builder: B) => {
    builder.code(image)
    if (given.memoryMb) builder.memoryMb(given.memoryMb)
    if (given.timeoutSeconds) builder.timeoutSeconds(given.timeoutSeconds)
    if (given.concurrencyLimit) builder.concurrencyLimit(given.concurrencyLimit)
    if (given.environment) builder.environment(given.environment)
    return builder
  }
  if (type === "function")
    return common(new Func(id))
      .ingress(given.public ? "public" : "private")
      .build()
  const worker = common(new Worker(id))
  for (const { name, ...options } of given.endpoints) worker.publicEndpoint(name, options)
  return worker.build()
}

function builtProgram(
  id: string,
  type: "container" | "daemon",
  given: typeof program extends fc.Arbitrary<infer T> ? T : never,
) {
  const builder = type === "container" ? new Container(id) : new Daemon(id)
  builder.code(image)
  if (given.cpu) builder.cpu(given.cpu)
  if (given.memory) builder.memory(`${given.memory}Mi`)
  if (given.environment) builder.environment(given.environment)
  if (builder instanceof Container && given.bounds) builder.minReplicas(given.bounds[0]).maxReplicas(given.bounds[1])
  else if (builder instanceof Container && given.replicas) builder.replicas(given.replicas)
  for (const { name, port, ...options } of given.endpoints) builder.publicEndpoint(name, port, options)
  return builder.build() as Resource
}

test("parses what it built to the same value, with and without the defaults", () => {
  const usable = fc
    .tuple(handler, program, label, label)
    .filter(
      ([h, p, a, b]) => distinct(h.endpoints, (one) => one.name) && distinct(p.endpoints, (one) => one.name) && a !== b,
    )
    .filter(([, p]) =>
      distinct(
        p.endpoints.filter((one) => one.hostLabel),
        (one) => one.hostLabel,
      ),
    )
    .filter(([h]) =>
      distinct(
        h.endpoints.filter((one) => one.hostLabel),
        (one) => one.hostLabel,
      ),
    )
  const types = fc.tuple(fc.constantFrom("worker", "function"), fc.constantFrom("container", "daemon"))
  fc.assert(
    fc.property(usable, types, fc.constantFrom("live", "frozen"), ([h, p, a, b], [first, second], lifecycle) => {
      const stack = new Stack("s")
        .add(builtHandler(a, first, h), lifecycle)
        .add(builtProgram(b, second, p), "live")
        .build()
      expect(parseStack(JSON.parse(JSON.stringify(stack)))).toEqual(stack)
      expect(parseStack(withoutDefaults(stack))).toEqual(stack)
    }),
    { numRuns: 200 },
  )
})

/** Removes defaults, as a person would write a stack: empty lists and objects, false and the documented numbers. */
function withoutDefaults(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member) => {
      const empty = typeof member === "object" && Object.keys(member).length === 0
      const usual = key === "timeoutSeconds" ? 180 : key === "stopGracePeriodSeconds" ? 30 : false
      return member === usual || (empty && key !== "resources") || (key === "protocol" && member === "http")
        ? undefined
        : member
    }),
  )
}
