import { type EndpointPlan, NodeHandle, systemClock } from "@alienplatform/engine"
import type { EndpointRow, Store } from "@alienplatform/store"
import { expect, test } from "vitest"
import { silent } from "../testing/manager.ts"
import { Observer, type ObserverOptions } from "./observer.ts"

const plan: EndpointPlan = {
  ...{ resource: "api", endpoint: "web", protocol: "http", front: "fake.route", exposure: "internet" },
  hosts: [{ host: "api.example.com", port: 443, kind: "provider", target: [new NodeHandle("api/program")] }],
}

const program = {
  ...{ node: "api/program", state: { status: "settled", why: null }, call: null, operation: null, parts: {} },
  ...{ unmanaged: [], attributes: {}, incarnation: 1, doomed: false, twin: false },
} as never

const observing = (saved: (readonly EndpointRow[])[], changes: Partial<ObserverOptions> = {}) => {
  const store = { saveEndpoints: async (_: unknown, rows: readonly EndpointRow[]) => void saved.push(rows) }
  return new Observer({
    ...{ store: store as unknown as Store, clock: systemClock, plans: [plan], stored: [], generation: 1 },
    ...{ signal: new AbortController().signal, overdue: () => new Set<string>(), logger: silent },
    lease: { deployment: "dep_a", holder: "test", epoch: 1, until: 0 },
    platform: { isFrontAnswer: () => false },
    certificateAuthorityFile: undefined,
    ...changes,
  })
}

test("looks again at what the engine changes after a whole look", async () => {
  const saved: (readonly EndpointRow[])[] = []
  const observer = observing(saved)
  await observer.finish([])
  expect(saved).toHaveLength(1)
  observer.changed([program])
  await observer.stop()
  expect(saved).toHaveLength(2)
  expect(observer.reports).toMatchObject([{ state: "ready" }])
})

test("stores what the platform notices, and nothing where it cannot be asked", async () => {
  const notice = { node: "api/program", code: "unhandled_errors", message: "it goes on" }
  const observer = observing([], { notices: async () => [notice] })
  expect(await observer.finish([program])).toMatchObject([{ state: "ready", conditions: [{ code: notice.code }] }])
  const away = observing([], { notices: () => Promise.reject(new Error("the supervisor is away")) })
  expect(await away.finish([program])).toMatchObject([{ state: "ready", conditions: [{ code: null }] }])
})
