import { parseArgs } from "node:util"
import { loadBench } from "../load-bench.ts"
import { faults } from "./faults.ts"

const { values } = parseArgs({
  options: {
    platform: { type: "string", default: "memory" },
    seeds: { type: "string", default: "500" },
    from: { type: "string", default: "1" },
  },
})
const started = performance.now()
const report = await faults({
  open: await loadBench(values.platform),
  seeds: Number(values.seeds),
  from: Number(values.from),
  onSeed: (done, of) => {
    if (process.stderr.isTTY && done % 5 === 0) process.stderr.write(`\r${done}/${of} seeds`)
  },
})
if (process.stderr.isTTY) process.stderr.write("\r")
for (const { seed, message } of report.failures.slice(0, 10)) console.error(`✖ seed ${seed}: ${message}`)
const converged = report.seeds - report.failures.length
const total = Object.values(report.injected).reduce((sum, count) => sum + count, 0)
console.log(`${report.seeds} seeds, ${total} faults, ${converged} converged with nothing lost or doubled`)
for (const [fault, count] of Object.entries(report.injected)) console.log(`  ${fault.padEnd(14)} ${count}`)
const seconds = Math.round((performance.now() - started) / 100) / 10
console.log(
  JSON.stringify({
    suite: "faults",
    platform: values.platform,
    seeds: report.seeds,
    injected: report.injected,
    converged,
    failed: report.failures.length,
    seconds,
  }),
)
process.exit(report.failures.length === 0 ? 0 : 1)
