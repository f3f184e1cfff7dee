import { join } from "node:path"
import { expect, test } from "vitest"
import { runningLocal, stopLocal } from "./stop.ts"
import { connectSupervisor } from "./supervisor/client.ts"
import { startTimeOf } from "./supervisor/identity.ts"
import { eventually, programSpec, SERVER, temporaryDirectory } from "./testing/temporary.ts"

test("it stops what runs and says what that was; the next supervisor starts it again on the same port", async () => {
  await using directory = await temporaryDirectory()
  const options = { dataDirectory: join(directory.path, "data"), runtimeDirectory: join(directory.path, "sockets") }
  const supervisor = await connectSupervisor(options)
  await supervisor.put(programSpec(directory.path, SERVER))
  const before = await eventually(
    () => supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  const { pid } = await supervisor.health()

  expect(await stopLocal(options)).toEqual({
    supervisor: pid,
    gateway: false,
    workloads: [{ deployment: "dep_a", node: "api/process" }],
  })
  await eventually(
    async () => [pid, before?.pid ?? 0].map(startTimeOf),
    (times) => times.every((time) => time === undefined),
  )
  expect(await stopLocal(options)).toBeUndefined()

  const next = await connectSupervisor(options)
  expect((await next.get("api_process"))?.ports).toEqual(before?.ports)
  await next.shutdown()
})

test("it starts nothing in a data directory in which nothing ran", async () => {
  await using directory = await temporaryDirectory()
  const options = { dataDirectory: directory.path, runtimeDirectory: join(directory.path, "sockets") }
  expect(await stopLocal(options)).toBeUndefined()
  expect(await runningLocal(options)).toBeUndefined()
})
