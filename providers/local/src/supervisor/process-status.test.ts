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
