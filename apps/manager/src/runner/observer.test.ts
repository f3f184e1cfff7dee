import { type EndpointPlan, NodeHandle, systemClock } from "@alienplatform/engine"
import type { EndpointRow } from "@alienplatform/store"
import { expect, test } from "vitest"
import { silentLogger } from "../testing/manager.ts"
import { Observer, type ObserverOptions } from "./observer.ts"

const plan: EndpointPlan = {
  ...{ resource: "api", endpoint: "web", protocol: "http", front: "fake.route", exposure: "internet" },
  hosts: [{ host: "api.example.com", port: 443, kind: "provider", target: [new NodeHandle("api/program")] }],
}

const program = {
  ...{ node: "api/program", state: { status: "settled", why: null }, call: null, operation: null, parts: {} },
  ...{ unmanaged: [], attributes: {}, incarnation: 1, doomed: false, twin: false },
} as never

const observing = (saved: (readonly EndpointRow[])[], changes: Partial<ObserverOptions> = {}) =>
  new Observer({
    ...{ save: async (rows) => void saved.push(rows), clock: systemClock, plans: [plan], stored: [], generation: 1 },
    ...{ signal: new AbortController().signal, overdue: () => new Set<string>(), logger: silentLogger },
    platform: { isFrontAnswer: () => false },
    certificateAuthorityFile: undefined,
    ...changes,
  })

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
