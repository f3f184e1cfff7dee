import { expect, test } from "vitest"
import { expand, golden, stackOf } from "../testing/expand.ts"

test("it expands a private daemon into a process that has to live", async () => {
  const stack = stackOf({
    id: "Sync_Agent",
    type: "daemon",
    command: ["node", "agent.mjs"],
    environment: { EVERY: "5" },
    memory: { min: "64Mi", desired: "64Mi" },
  })
  await expect(golden(expand(stack))).toMatchFileSnapshot("./daemon.golden.json")
})

test("it has one process, whatever it serves", () => {
  const stack = stackOf({ id: "agent", type: "daemon", publicEndpoints: [{ name: "metrics", port: 9100 }] })
  expect([...expand(stack).graph.nodes.keys()]).toEqual([
    "agent/process",
    "agent/readiness",
    "agent/certificate/agent.dev.localhost",
    "agent/route/agent.dev.localhost",
  ])
})
