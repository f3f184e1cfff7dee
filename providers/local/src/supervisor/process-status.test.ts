import { expect, test } from "vitest"
import { ownerOf } from "../testing/local.ts"
import { statusOf } from "./process-status.ts"
import type { ProcessState } from "./protocol.ts"

const state = (change: Partial<ProcessState>): ProcessState => ({
  object: "web_process",
  owner: ownerOf("web/process"),
  fingerprint: "f",
  status: "starting",
  pid: null,
  ports: [20_001, 20_002],
  hosts: [],
  silent: [],
  restarts: 0,
  restartAt: null,
  startedAt: 0,
  exit: null,
  unhealthy: null,
  errors: null,
  lastLines: [],
  ...change,
})
const VARIABLES = [["PORT", "ALIEN_PORT_SITE"], ["ALIEN_PORT_WIRE"]]

test("it names the port that a program does not listen on, and the variable that tells it", () => {
  expect(statusOf(state({ silent: [20_002] }), VARIABLES, 29_999)).toBe("changing")
  expect(statusOf(state({ silent: [20_002] }), VARIABLES, 30_000)).toMatchObject({
    waiting: {
      code: "port_not_listening",
      message: expect.stringContaining("does not listen on 127.0.0.1:20002 (ALIEN_PORT_WIRE)"),
      expected: ["127.0.0.1:20002"],
      fix: "listen on the port that the environment variable ALIEN_PORT_WIRE names",
    },
  })
  expect(statusOf(state({ silent: [20_001, 20_002] }), VARIABLES, 30_000)).toMatchObject({
    waiting: { fix: "listen on the ports that the environment variables PORT, ALIEN_PORT_WIRE name" },
  })
})

test.each([
  ["another port", ["127.0.0.1:3000"], "listen on the port that the environment variable PORT names"],
  ["another port of ::1", ["[::1]:3000"], "listen on the port that the environment variable PORT names"],
  [
    "an address that is not loopback",
    ["192.0.2.7:20001"],
    "listen on 127.0.0.1 (or ::1, or all addresses), not on 192.0.2.7 alone",
  ],
  [
    "another loopback address",
    ["127.0.0.2:20001", "[fd00::1]:20001"],
    "listen on 127.0.0.1 (or ::1, or all addresses), not on 127.0.0.2, [fd00::1] alone",
  ],
])("it says within seconds what is to be changed of a program that listens on %s", (_where, observed, fix) => {
  const one = state({ pid: 1, ports: [20_001], silent: [20_001] })
  expect(statusOf(one, VARIABLES, 4_999, () => observed)).toBe("changing")
  expect(statusOf(one, VARIABLES, 5_000, () => observed)).toMatchObject({
    waiting: { code: "port_not_listening", observed, fix },
  })
})

test("it waits for a program that has just begun to listen on loopback, or listens nowhere yet", () => {
  const one = state({ pid: 1, ports: [20_001], silent: [20_001] })
  for (const observed of [[], ["127.0.0.1:20001"], ["0.0.0.0:20001"], ["[::1]:20001"], ["[::]:20001"]])
    expect(statusOf(one, VARIABLES, 5_000, () => observed)).toBe("changing")
})

test("it is changing while it drains and stops", () => {
  expect(statusOf(state({ status: "draining" }), VARIABLES, 60_000)).toBe("changing")
  expect(statusOf(state({ status: "stopping" }), VARIABLES, 60_000)).toBe("changing")
})

test("it waits for a program that has not exited often yet, which may need something that is about to come", () => {
  const backoff = { status: "backoff", restarts: 2, restartAt: 0, exit: { code: 3, signal: null, at: 0 } } as const
  expect(statusOf(state(backoff), VARIABLES, 0)).toMatchObject({ waiting: { on: "gate", code: "workload_crashed" } })
})

test("it tells a crash from a failed health check", () => {
  const backoff = { status: "backoff", restarts: 3, restartAt: 0, exit: { code: 3, signal: null, at: 0 } } as const
  expect(statusOf(state(backoff), VARIABLES, 0)).toMatchObject({
    broken: { code: "workload_crashed", message: expect.stringContaining("exited with 3 (3 exits so far)") },
  })
  expect(statusOf(state({ ...backoff, unhealthy: "GET /up answered 500" }), VARIABLES, 0)).toMatchObject({
    broken: {
      code: "workload_unhealthy",
      message: expect.stringContaining("failed its health check and was stopped: GET /up answered 500"),
    },
  })
})
