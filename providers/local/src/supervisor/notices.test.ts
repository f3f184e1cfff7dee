import { expect, test } from "vitest"
import { ownerOf } from "../testing/local.ts"
import { noticesOf } from "./notices.ts"
import { ProcessState } from "./protocol.ts"

const HOUR = 60 * 60 * 1000
const errors = { count: 3, firstAt: 0, lastAt: 1_000, last: "Error: nobody awaits" }
const owner = ownerOf("api/process")
const state = (change: Partial<ProcessState> = {}): ProcessState => ({
  ...ProcessState.parse({
    ...{ object: "api_process", owner, fingerprint: "f", status: "running", pid: 1, ports: [20_001], silent: [] },
    ...{ restarts: 0, restartAt: null, startedAt: 0, exit: null, unhealthy: null, lastLines: [] },
  }),
  errors,
  ...change,
})

test("it tells how many errors a process survived, since when, and the last", () => {
  expect(noticesOf([state()], owner.deployment, 2_000)).toEqual([
    {
      node: "api/process",
      code: "unhandled_errors",
      message:
        "api/process goes on after 3 errors that nobody caught since 1970-01-01T00:00:00.000Z; the last one: Error: nobody awaits",
      observed: { count: 3, lastAt: "1970-01-01T00:00:01.000Z", last: "Error: nobody awaits" },
      fix: "see `alien logs` for the stack; await the promise, or catch the error",
    },
  ])
})

test("it tells nothing of other deployments, of processes that go, of none, and an hour after the last", () => {
  expect(noticesOf([state()], "dep_other", 2_000)).toEqual([])
  expect(noticesOf([state({ status: "draining" })], owner.deployment, 2_000)).toEqual([])
  expect(noticesOf([state({ errors: null })], owner.deployment, 2_000)).toEqual([])
  expect(noticesOf([state()], owner.deployment, HOUR)).toHaveLength(1)
  expect(noticesOf([state()], owner.deployment, HOUR + 1_000)).toEqual([])
})
