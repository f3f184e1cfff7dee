/**
 * Writes numbered commits to the store that the first argument names, as the holder of the round that the second one
 * names, and prints every number once its commit was answered, until it is killed. Its state after commit n is a
 * function of n, which `crash.test.ts` knows.
 */
import { writeSync } from "node:fs"
import { aCondition, anEndpointReport } from "@alienplatform/core/testing"
import { openSqliteStore } from "@alienplatform/store"
import { aDeployment, anEndpoint, anObject } from "./samples.ts"

/** Objects stay for that many commits. */
const KEPT = 20
const LEASE = 1_000

const [, , file = "", round = ""] = process.argv
const store = await openSqliteStore({ file })
await store.installation()
const now = Number(round) * LEASE
if (!(await store.deployment("dep_a"))) await store.createDeployment(aDeployment("a"), 0)
const claim = await store.claim(`round-${round}`, now, LEASE)
if (!claim) throw new Error(`nothing to claim in round ${round}`)
const { last = "0" } = await store.choices("dep_a")

for (let number = Number(last) + 1; ; number++) {
  await store.save(claim.lease, {
    put: [anObject(`obj_${number}_first`), anObject(`obj_${number}_second`)],
    remove: [`obj_${number - KEPT}_first`, `obj_${number - KEPT}_second`],
    events: [{ at: number, node: "api/function", event: "created" }],
    choices: { last: String(number) },
  })
  writeSync(1, `saved ${number}\n`)
  const report = anEndpointReport({ conditions: [aCondition({ observedGeneration: number })] })
  await store.saveEndpoints(claim.lease, [anEndpoint("api", 0, { report }), anEndpoint("web", 1, { report })])
  writeSync(1, `reported ${number}\n`)
}
