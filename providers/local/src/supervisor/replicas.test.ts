import { expect, test } from "vitest"
import { ownerOf } from "../testing/local.ts"
import { ProcessState } from "./protocol.ts"
import { replicasOf } from "./replicas.ts"

const exit = { code: 3, signal: null, at: 1_000 }
const state = (node: string, change: Partial<ProcessState> = {}): ProcessState => ({
  ...ProcessState.parse({
    ...{ object: "x", owner: ownerOf(node), fingerprint: "f", status: "running", pid: 1, ports: [], silent: [] },
    ...{ restarts: 0, restartAt: null, startedAt: 0, exit: null, unhealthy: null, lastLines: [] },
  }),
  ...change,
})
const { deployment } = ownerOf("api/process")

test("it tells of each replica of a deployment how often it was restarted, and its last exit", () => {
  const states = [
    state("api/process/2", { restarts: 3, exit, crashLoop: true }),
    state("api/process"),
    state("job/process"),
  ]
  expect(replicasOf(states, deployment)).toEqual([
    { resource: "api", replica: 1, restarts: 0, lastExit: null, crashLoop: false },
    { resource: "api", replica: 2, restarts: 3, lastExit: exit, crashLoop: true },
    { resource: "job", replica: 1, restarts: 0, lastExit: null, crashLoop: false },
  ])
  expect(replicasOf(states, "dep_other")).toEqual([])
})

test("it tells of the newest version alone, and of none that goes", () => {
  const newest = state("api/process", { owner: { ...ownerOf("api/process"), incarnation: 2 }, restarts: 1, exit })
  expect(replicasOf([state("api/process"), newest], deployment)).toMatchObject([{ restarts: 1 }])
  expect(replicasOf([state("api/process", { status: "draining" })], deployment)).toEqual([])
})
