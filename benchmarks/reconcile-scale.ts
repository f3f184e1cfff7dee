import { monitorEventLoopDelay } from "node:perf_hooks"
import type { Graph } from "@alienplatform/engine"
import { type Build, Trial, tiny } from "@alienplatform/simulator-memory"

const Thing = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned" })

/** Chains of four: each node refers to the one before it. */
const chains =
  (nodes: number): Build =>
  (graph: Graph) => {
    for (let chain = 0; chain < nodes / 4; chain += 1) {
      let before = graph.add(Thing, `r${chain}/a`, {})
      for (const role of ["b", "c", "d"]) before = graph.add(Thing, `r${chain}/${role}`, { to: before.ref("id") })
    }
  }

export interface Scale {
  /** CPU time per node, in microseconds. */
  create: number
  noOp: number
  destroy: number
  /** Of the event loop while all of that went on, in milliseconds. */
  lagP99: number
  /** Writes to the store per object, from nothing to settled. */
  writesPerCreate: number
  /** Calls to the cloud per object. */
  callsPerCreate: number
  callsPerDestroy: number
}

/** What a deployment of so many nodes costs from nothing to settled, looked at again, and back to nothing. */
export async function measureScale(nodes: number): Promise<Scale> {
  const trial = new Trial([Thing], { mostCalls: 20 * nodes })
  const lag = monitorEventLoopDelay({ resolution: 5 })
  lag.enable()
  const create = await cpuOf(trial, chains(nodes))
  const noOp = await cpuOf(trial, chains(nodes))
  const destroy = await cpuOf(trial, null)
  lag.disable()
  if (trial.objects("thing").length > 0) throw new Error("something is left")
  const perNode = (value: number) => Math.round((value / nodes) * 100) / 100
  return {
    create: perNode(create.micros),
    noOp: perNode(noOp.micros),
    destroy: perNode(destroy.micros),
    lagP99: Math.round(lag.percentile(99) / 1e5) / 10,
    writesPerCreate: perNode(create.writes),
    callsPerCreate: perNode(create.calls),
    callsPerDestroy: perNode(destroy.calls),
  }
}

async function cpuOf(trial: Trial, build: Build) {
  const before = { cpu: process.cpuUsage(), writes: trial.store.writes, calls: trial.cloud.calls }
  await trial.converge(build)
  const { user, system } = process.cpuUsage(before.cpu)
  return { micros: user + system, writes: trial.store.writes - before.writes, calls: trial.cloud.calls - before.calls }
}
