import { MemoryBench } from "@alienplatform/simulator-memory"
import { measureScale } from "./reconcile-scale.ts"
import { report } from "./report.ts"

/**
 * How much work the engine does for deployments in which nothing changed, on the in-memory cloud (30 nodes each):
 * no-op runs per second, the ratio of a run to its bare reads, and the memory that stays per 1,000 deployments. Then what
 * one node costs in deployments of 100, 1,000 and 2,000 nodes.
 */
const DEPLOYMENTS = 1_000
const collect = globalThis.gc ?? (() => {})
const heap = () => {
  collect()
  return process.memoryUsage().heapUsed
}

const settled = new MemoryBench()
await settled.converge("first")

const empty = heap()
const deployments = Array.from({ length: DEPLOYMENTS }, () => settled.fork())
const stored = heap()

const rounds = 2
const started = performance.now()
for (let round = 0; round < rounds; round += 1) {
  for (const deployment of deployments) await deployment.run("first")
}
const runSeconds = (performance.now() - started) / 1000
const afterRuns = heap()

const reads = await bareReads()
// The first one warms up.
await measureScale(400)
const [small, middle, large] = [await measureScale(100), await measureScale(1_000), await measureScale(2_000)]
const total = ({ create, noOp, destroy }: typeof small) => create + noOp + destroy
const runsPerSecond = (rounds * DEPLOYMENTS) / runSeconds
report("reconcile", [
  ["no-op runs per second", Math.round(runsPerSecond)],
  ["objects read per second", Math.round(runsPerSecond * settled.nodes)],
  ["run ÷ its bare reads", Math.round((runSeconds / (rounds * DEPLOYMENTS) / reads) * 100) / 100],
  ["MiB per 1,000 deployments, rows and cloud", mib(stored - empty)],
  ["MiB that 2,000 runs left behind", mib(afterRuns - stored)],
  ["cost per node, 2,000 nodes ÷ 100", Math.round((total(large) / total(small)) * 100) / 100],
  ["microseconds per node, created, 1,000 nodes", middle.create],
  ["microseconds per node, looked at again, 1,000 nodes", middle.noOp],
  ["microseconds per node, destroyed, 1,000 nodes", middle.destroy],
  ["event-loop lag p99 in ms, 1,000 nodes", middle.lagP99],
  ["store writes per object created", middle.writesPerCreate],
  ["calls per object created", middle.callsPerCreate],
  ["calls per object destroyed", middle.callsPerDestroy],
])

/** Seconds that it takes to read every object of one deployment without an engine. */
async function bareReads(): Promise<number> {
  const begin = performance.now()
  for (const deployment of deployments.slice(0, 200)) await deployment.readAll()
  return (performance.now() - begin) / 1000 / 200
}

function mib(bytes: number): number {
  return Math.round((bytes / 1024 / 1024) * 10) / 10
}
