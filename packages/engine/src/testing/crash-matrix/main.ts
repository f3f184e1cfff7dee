import { parseArgs } from "node:util"
import { loadBench } from "../load-bench.ts"
import { crashMatrix } from "./crash-matrix.ts"

const { values } = parseArgs({
  options: {
    platform: { type: "string", default: "memory" },
    every: { type: "string", default: "1" },
    json: { type: "boolean" },
  },
})
const started = performance.now()
const report = await crashMatrix({
  open: await loadBench(values.platform),
  every: Number(values.every),
  onPoint: (done, of) => {
    if (process.stderr.isTTY && done % 10 === 0) process.stderr.write(`\r${done}/${of} crash points`)
  },
})
if (process.stderr.isTTY) process.stderr.write("\r")
for (const { point, then, message } of report.failures.slice(0, 20)) {
  console.error(`✖ ${point.phase} ${point.how} ${point.name} (#${point.index}), then ${then}: ${message}`)
}
const converged = report.points - report.failures.length
console.log(
  `${report.calls} calls, ${report.points} crash points, ${converged} converged with one of each and none left after destroy`,
)
const seconds = Math.round((performance.now() - started) / 100) / 10
console.log(
  JSON.stringify({
    suite: "crash-matrix",
    platform: values.platform,
    calls: report.calls,
    points: report.points,
    converged,
    failed: report.failures.length,
    seconds,
  }),
)
process.exit(report.failures.length === 0 ? 0 : 1)
