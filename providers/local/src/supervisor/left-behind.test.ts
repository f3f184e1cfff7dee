import { existsSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { eventually, programSpec, SERVER, temporarySupervisor } from "../testing/temporary.ts"
import { startTimeOf } from "./identity.ts"

/** Has the server in a child of its own, which outlives it. `detached`: in a session of its own too. */
const parent = (detached: boolean) => `
const child = require("node:child_process").spawn(process.execPath, ["--eval", ${JSON.stringify(SERVER)}], { stdio: "inherit", detached: ${detached} })
console.log("child " + child.pid)
setInterval(() => {}, 1000)`

async function start(detached: boolean) {
  const local = await temporarySupervisor()
  await local.supervisor.put(programSpec(local.dataDirectory, parent(detached)))
  const state = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running" && now.lastLines.some((line) => line.startsWith("child ")),
  )
  const child = Number(state?.lastLines.find((line) => line.startsWith("child "))?.split(" ")[1])
  return { ...local, leader: state?.pid ?? 0, ports: state?.ports, child }
}

const end = (pid: number) =>
  eventually(
    async () => startTimeOf(pid),
    (started) => started === undefined,
  )

describe.skipIf(!existsSync("/proc/self/environ")).each([false, true])(
  "children of a program, detached: %s",
  (detached) => {
    test("it ends those of one that died while no supervisor looked, and starts it on the same port", async () => {
      await using local = await start(detached)
      const { pid } = await local.supervisor.health()
      process.kill(pid, "SIGKILL")
      await end(pid)
      process.kill(local.leader, "SIGKILL")
      await end(local.leader)
      const after = await eventually(
        () => local.supervisor.get("api_process"),
        (now) => now?.status === "running",
      )
      expect(startTimeOf(local.child)).toBeUndefined()
      expect(after?.ports).toEqual(local.ports)
    })

    test("it ends those of one that dies, and of one that is removed", async () => {
      await using local = await start(detached)
      process.kill(local.leader, "SIGKILL")
      await end(local.child)
      const again = await eventually(
        () => local.supervisor.get("api_process"),
        (now) => now?.status === "running" && now.lastLines.filter((line) => line.startsWith("child ")).length === 2,
      )
      const child = Number(again?.lastLines.findLast((line) => line.startsWith("child "))?.split(" ")[1])
      expect(again?.ports).toEqual(local.ports)
      await local.supervisor.remove("api_process")
      await end(child)
    })
  },
)
