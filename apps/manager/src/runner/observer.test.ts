import { type EndpointPlan, NodeHandle, systemClock } from "@alienplatform/engine"
import type { EndpointRow, Store } from "@alienplatform/store"
import { expect, test } from "vitest"
import { silent } from "../testing/manager.ts"
import { Observer } from "./observer.ts"

const plan: EndpointPlan = {
  ...{ resource: "api", endpoint: "web", protocol: "http", front: "fake.route", exposure: "internet" },
  hosts: [{ host: "api.example.com", port: 443, kind: "provider", target: [new NodeHandle("api/program")] }],
}

test("looks again at what the engine changes after a whole look", async () => {
  const saved: (readonly EndpointRow[])[] = []
  const store = { saveEndpoints: async (_: unknown, rows: readonly EndpointRow[]) => void saved.push(rows) }
  const observer = new Observer({
    ...{ store: store as unknown as Store, clock: systemClock, plans: [plan], stored: [], generation: 1 },
    ...{ signal: new AbortController().signal, overdue: () => new Set<string>(), logger: silent },
    lease: { deployment: "dep_a", holder: "test", epoch: 1, until: 0 },
    platform: { isFrontAnswer: () => false },
    certificateAuthorityFile: undefined,
  })
  await observer.finish([])
  expect(saved).toHaveLength(1)
  const program = {
    node: "api/program",
    state: { status: "settled", why: null },
    call: null,
    operation: null,
    parts: {},
    unmanaged: [],
  }
  observer.changed([{ ...program, attributes: {}, incarnation: 1, doomed: false, twin: false } as never])
  await observer.stop()
  expect(saved).toHaveLength(2)
  expect(observer.reports).toMatchObject([{ state: "ready" }])
})
