import { monitorEventLoopDelay } from "node:perf_hooks"
import type { Graph } from "@alienplatform/engine"
import { type BuildGraph, TinyDeployment, tiny } from "@alienplatform/simulator-memory"

const Thing = tiny("thing", { identity: { by: "assigned" } }, { address: "assigned" })

/** A graph of chains of four nodes, each referring to the one before. */
const chains =
  (nodes: number): BuildGraph =>
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
  /** Delay of the event loop meanwhile, p99 in milliseconds. */
  lagP99: number
  /** Writes to the store per object, from nothing to settled. */
  writesPerCreate: number
  /** Calls to the cloud per object. */
  callsPerCreate: number
  callsPerDestroy: number
}

/** Nodes over which each size is measured, so that small sizes are as warm and steady as large ones. */
const NODES_IN_ALL = 8_000

/**
 * Measures what deployments of `nodes` nodes cost on average: from nothing to settled, looked at again, and destroyed.
 */
export async function measureScale(nodes: number): Promise<Scale> {
  const lag = monitorEventLoopDelay({ resolution: 5 })
  const create = { micros: 0, writes: 0, calls: 0 }
  const noOp = { ...create }
  const destroy = { ...create }
  const rounds = NODES_IN_ALL / nodes
  lag.enable()
  for (let round = 0; round < rounds; round += 1) {
    const deployment = new TinyDeployment([Thing], { mostCalls: 20 * nodes })
    await addCost(create, deployment, chains(nodes))
    await addCost(noOp, deployment, chains(nodes))
    await addCost(destroy, deployment, null)
    if (deployment.objects("thing").length > 0) throw new Error("something is left")
  }
  lag.disable()
  const perNode = (value: number) => Math.round((value / nodes / rounds) * 100) / 100
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

interface Cost {
  micros: number
  writes: number
  calls: number
}

async function addCost(cost: Cost, deployment: TinyDeployment, build: BuildGraph): Promise<void> {
  const before = { cpu: process.cpuUsage(), writes: deployment.store.writes, calls: deployment.cloud.calls }
  await deployment.converge(build)
  const { user, system } = process.cpuUsage(before.cpu)
  cost.micros += user + system
  cost.writes += deployment.store.writes - before.writes
  cost.calls += deployment.cloud.calls - before.calls
}
