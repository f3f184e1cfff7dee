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
  container: null,
  ports: [20_001, 20_002],
  hosts: [],
  silent: [],
  restarts: 0,
  crashLoop: false,
  stableAt: null,
  restartAt: null,
  startedAt: 0,
  exit: null,
  unhealthy: null,
  errors: null,
  lastLines: [],
  ...change,
})
const TOLD = { variables: [["PORT", "ALIEN_PORT_SITE"], ["ALIEN_PORT_WIRE"]], declared: [8080, 5432] }

test("it names the port that a program does not listen on, and the variable that tells it", () => {
  expect(statusOf(state({ silent: [20_002] }), TOLD, 29_999)).toBe("changing")
  expect(statusOf(state({ silent: [20_002] }), TOLD, 30_000)).toMatchObject({
    waiting: {
      code: "port_not_listening",
      message: expect.stringContaining("does not listen on 127.0.0.1:20002 (ALIEN_PORT_WIRE)"),
      expected: ["127.0.0.1:20002"],
      fix: "listen on the port that the environment variable ALIEN_PORT_WIRE names",
    },
  })
  expect(statusOf(state({ silent: [20_001, 20_002] }), TOLD, 30_000)).toMatchObject({
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
  expect(statusOf(one, TOLD, 4_999, () => observed)).toBe("changing")
  expect(statusOf(one, TOLD, 5_000, () => observed)).toMatchObject({
    waiting: { code: "port_not_listening", observed, fix },
  })
})

test("it says at once that a program listens on the port that it is declared with", () => {
  const one = state({ pid: 1, silent: [20_001] })
  const observed = ["0.0.0.0:8080"]
  expect(statusOf(one, TOLD, 999, () => observed)).toBe("changing")
  expect(statusOf(one, TOLD, 1_000, () => observed)).toMatchObject({
    waiting: {
      code: "port_not_listening",
      message: expect.stringContaining("it listens on 0.0.0.0:8080"),
      observed,
      fix: "listen on the port that the environment variable PORT names; 8080 is the declared port, for which it has another number on this machine",
    },
  })
  const both = { ...one, silent: [20_001, 20_002] }
  expect(statusOf(both, TOLD, 1_000, () => [...observed, "127.0.0.1:5432"])).toMatchObject({
    waiting: {
      fix: expect.stringContaining("; 8080, 5432 are the declared ports, for which they have another number"),
    },
  })
})

test.each([
  ["another one's declared port", { silent: [20_002] }, ["127.0.0.1:8080"]],
  [
    "a port that it was given, which is declared as another",
    { ports: [8080, 20_002], silent: [20_002] },
    ["127.0.0.1:8080"],
  ],
  ["nothing yet", { silent: [20_001] }, []],
])("it gives a program time that listens on %s", (_what, change, observed) => {
  expect(statusOf(state({ pid: 1, ...change }), TOLD, 1_000, () => observed)).toBe("changing")
})

test("it waits for a program that has just begun to listen on loopback, or listens nowhere yet", () => {
  const one = state({ pid: 1, ports: [20_001], silent: [20_001] })
  for (const observed of [[], ["127.0.0.1:20001"], ["0.0.0.0:20001"], ["[::1]:20001"], ["[::]:20001"]])
    expect(statusOf(one, TOLD, 5_000, () => observed)).toBe("changing")
})

test("it is changing while it drains and stops", () => {
  expect(statusOf(state({ status: "draining" }), TOLD, 60_000)).toBe("changing")
  expect(statusOf(state({ status: "stopping" }), TOLD, 60_000)).toBe("changing")
})

test("it waits for a program that has not exited often yet, which may need something that is about to come", () => {
  const exit = { code: 3, signal: null, at: 0 }
  const backoff = state({ status: "backoff", restarts: 40, restartAt: 0, exit })
  expect(statusOf(backoff, TOLD, 0)).toMatchObject({ waiting: { on: "gate", code: "workload_crashed" } })
  expect(statusOf(state({ status: "running", restarts: 40, exit }), TOLD, 0)).toBe("settled")
})

test("it tells a loop with the exit, the last lines and what comes next, whatever the program does at the moment", () => {
  const loop = { crashLoop: true, restarts: 3, exit: { code: 3, signal: null, at: 0 }, lastLines: ["no database"] }
  expect(statusOf(state({ ...loop, status: "backoff", restartAt: 60_000 }), TOLD, 0)).toEqual({
    broken: {
      code: "workload_crashed",
      message:
        "web/process exited with 3 (3 exits so far), is started again at 1970-01-01T00:01:00.000Z; its last lines:\n  no database",
      heal: "none",
    },
  })
  const running = {
    ...loop,
    status: "running",
    stableAt: 60_000,
    exit: { code: null, signal: "SIGSEGV", at: 0 },
  } as const
  expect(statusOf(state(running), TOLD, 0)).toMatchObject({
    broken: {
      message: expect.stringContaining(
        "was ended by SIGSEGV (3 exits so far); it runs again, and counts as well if it still does at 1970-01-01T00:01:00.000Z",
      ),
    },
  })
  expect(statusOf(state({ ...running, status: "starting" }), TOLD, 0)).toMatchObject({ broken: {} })
  expect(statusOf(state({ ...running, status: "stopping" }), TOLD, 0)).toBe("changing")
})

test("it tells a crash from a failed health check", () => {
  const ill = { status: "backoff", restarts: 3, crashLoop: true, unhealthy: "GET /up answered 500" } as const
  expect(statusOf(state(ill), TOLD, 0)).toMatchObject({
    broken: {
      code: "workload_unhealthy",
      message: expect.stringContaining("failed its health check and was stopped: GET /up answered 500"),
    },
  })
})
