import { spawn } from "node:child_process"
import { once } from "node:events"
import { stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { controlDouble } from "../testing/control-double.ts"
import { eventually, programSpec, SERVER, temporarySupervisor } from "../testing/temporary.ts"
import { connectSupervisor } from "./client.ts"
import { startTimeOf } from "./identity.ts"
import { readLog } from "./log-file.ts"

const pidAt = async (port: number | undefined) => Number(await (await fetch(`http://127.0.0.1:${port}/`)).text())

test("it starts a program, tells it its port and reports running when it listens", async () => {
  await using local = await temporarySupervisor()
  const put = await local.supervisor.put(programSpec(local.dataDirectory, SERVER))
  expect(put.status).toBe("starting")
  const state = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  expect(state?.pid).toBe(await pidAt(state?.ports[0]))
  await eventually(
    async () => readLog(join(local.dataDirectory, "logs", "api.ndjson")),
    (lines) => lines.some(({ stream, line }) => stream === "stdout" && line === "listening"),
  )
})

test("it answers a repeated put with the same process", async () => {
  await using local = await temporarySupervisor()
  const spec = programSpec(local.dataDirectory, SERVER)
  await local.supervisor.put(spec)
  const first = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  expect((await local.supervisor.put({ ...spec, graceSeconds: 1 })).pid).toBe(first?.pid)
  expect(await local.supervisor.list()).toHaveLength(1)
})

test("it restarts in place on the same port when the fingerprint changes", async () => {
  await using local = await temporarySupervisor()
  const spec = programSpec(local.dataDirectory, SERVER)
  await local.supervisor.put(spec)
  const first = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  await local.supervisor.put({ ...spec, fingerprint: "second" })
  const second = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running" && now.pid !== first?.pid,
  )
  expect(second?.ports).toEqual(first?.ports)
  expect(second?.fingerprint).toBe("second")
})

test("it keeps files and socket to the user", async () => {
  await using local = await temporarySupervisor()
  await local.supervisor.put(programSpec(local.dataDirectory, SERVER, { environment: { SECRET: "hidden" } }))
  const mode = async (path: string) => (await stat(path)).mode & 0o777
  expect(await mode(local.supervisor.socket)).toBe(0o600)
  expect(await mode(local.runtimeDirectory)).toBe(0o700)
  expect(await mode(join(local.dataDirectory, "run"))).toBe(0o700)
  expect(await mode(join(local.dataDirectory, "run", "api_process.json"))).toBe(0o600)
})

test("it backs off after a crash, shows the last lines, and heals by itself", async () => {
  await using local = await temporarySupervisor()
  const marker = JSON.stringify(join(local.dataDirectory, "crashed"))
  const program = `
    if (!require("node:fs").existsSync(${marker})) {
      require("node:fs").writeFileSync(${marker}, "")
      throw new Error("no database")
    }
    ${SERVER}`
  await local.supervisor.put(programSpec(local.dataDirectory, program))
  const crashed = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "backoff",
  )
  expect(crashed?.exit?.code).toBe(1)
  expect(crashed?.restartAt).toBeGreaterThanOrEqual((crashed?.exit?.at ?? 0) + 500)
  expect(crashed?.lastLines.join("\n")).toContain("no database")
  const healed = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  expect(healed).toMatchObject({ restarts: 1, ports: crashed?.ports })
})

test("it reports a program that cannot be started", async () => {
  await using local = await temporarySupervisor()
  await local.supervisor.put(programSpec(local.dataDirectory, "", { command: ["/nonexistent/program"] }))
  const state = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "backoff",
  )
  expect(state?.lastLines.at(-1)).toContain("ENOENT")
})

test("it repeats no value that cannot be passed on", async () => {
  await using local = await temporarySupervisor()
  const environment = { KEY: "secret\0value" }
  await local.supervisor.put(programSpec(local.dataDirectory, SERVER, { environment }))
  const state = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "backoff",
  )
  expect(state?.lastLines.join()).toContain("contains a NUL character")
  expect(state?.lastLines.join()).not.toContain("secret")
})

test("it ends the whole group, by force after the grace", async () => {
  await using local = await temporarySupervisor()
  const stubborn = `
    process.on("SIGTERM", () => console.log("ignored"))
    const { pid } = require("node:child_process").spawn(process.execPath, ["--eval", "process.on('SIGTERM',()=>{});setInterval(()=>{},1000)"], { stdio: "ignore" })
    console.log("grandchild " + pid)
    ${SERVER}`
  await local.supervisor.put(programSpec(local.dataDirectory, stubborn, { graceSeconds: 0.3 }))
  const state = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running" && now.lastLines.some((line) => line.startsWith("grandchild")),
  )
  const grandchild = Number(state?.lastLines.find((line) => line.startsWith("grandchild"))?.split(" ")[1])
  expect(startTimeOf(grandchild)).toBeDefined()
  expect((await local.supervisor.remove("api_process"))?.status).toBe("stopping")
  expect((await local.supervisor.remove("api_process"))?.status).toBe("stopping")
  await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now === undefined,
  )
  expect(startTimeOf(state?.pid ?? 0)).toBeUndefined()
  await eventually(
    async () => startTimeOf(grandchild),
    (started) => started === undefined,
  )
  expect(await local.supervisor.remove("api_process")).toBeUndefined()
})

test("it lets a program end by itself within the grace", async () => {
  await using local = await temporarySupervisor()
  const polite = `process.on("SIGTERM", () => { console.log("bye"); process.exit(0) })\n${SERVER}`
  await local.supervisor.put(programSpec(local.dataDirectory, polite))
  await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  await local.supervisor.remove("api_process")
  await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now === undefined,
  )
  expect(readLog(join(local.dataDirectory, "logs", "api.ndjson")).map(({ line }) => line)).toContain("bye")
})

test("it takes over running processes after the supervisor was killed, without a restart or a lost line", async () => {
  await using local = await temporarySupervisor()
  const program = `process.on("SIGUSR2", () => console.log("spoken meanwhile"))\n${SERVER}`
  await local.supervisor.put(programSpec(local.dataDirectory, program))
  const before = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  const { pid: killed } = await local.supervisor.health()
  process.kill(killed, "SIGKILL")
  await eventually(
    async () => startTimeOf(killed),
    (started) => started === undefined,
  )
  process.kill(before?.pid ?? 0, "SIGUSR2")

  const after = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  expect((await local.supervisor.health()).pid).not.toBe(killed)
  expect(after).toMatchObject({ pid: before?.pid, ports: before?.ports, restarts: 0 })
  const spoken = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.lastLines.includes("spoken meanwhile") === true,
  )
  expect(spoken?.lastLines.filter((line) => line === "listening")).toHaveLength(1)

  process.kill(before?.pid ?? 0, "SIGKILL")
  const again = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running" && now.pid !== before?.pid,
  )
  expect(again?.ports).toEqual(before?.ports)
})

test("it starts processes again that died with the supervisor", async () => {
  await using local = await temporarySupervisor()
  await local.supervisor.put(programSpec(local.dataDirectory, SERVER))
  const before = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  const { pid: killed } = await local.supervisor.health()
  process.kill(killed, "SIGKILL")
  process.kill(-(before?.pid ?? 0), "SIGKILL")
  await eventually(
    async () => startTimeOf(killed),
    (started) => started === undefined,
  )
  const after = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  expect(after?.pid).not.toBe(before?.pid)
  expect(after?.ports).toEqual(before?.ports)
})

test("it starts processes again after a shutdown", async () => {
  await using local = await temporarySupervisor()
  await local.supervisor.put(programSpec(local.dataDirectory, SERVER))
  const before = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  await local.supervisor.shutdown()
  expect(startTimeOf(before?.pid ?? 0)).toBeUndefined()
  const after = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  expect(after?.ports).toEqual(before?.ports)
})

test("it is one when several clients start it at once", async () => {
  await using local = await temporarySupervisor()
  await local.supervisor.shutdown()
  const clients = await Promise.all([1, 2, 3].map(() => connectSupervisor(local)))
  const pids = await Promise.all(clients.map(async (client) => (await client.health()).pid))
  expect(new Set(pids).size).toBe(1)
})

test("a second supervisor ends with 0", async () => {
  await using local = await temporarySupervisor()
  const main = join(import.meta.dirname, "main.ts")
  const second = spawn(process.execPath, [main, local.dataDirectory, `${local.supervisor.socket}2`], {
    stdio: "ignore",
  })
  expect(await once(second, "exit")).toEqual([0, null])
})

test("it refuses a spec that is not one, with every mistake", async () => {
  await using local = await temporarySupervisor()
  const wrong = programSpec(local.dataDirectory, "", { command: [], graceSeconds: -1 })
  await expect(local.supervisor.put(wrong)).rejects.toMatchObject({ code: "spec_invalid", outcome: "refused" })
  await expect(local.supervisor.put(wrong)).rejects.toThrow(/command.*graceSeconds/)
})

/** Running, with a request of it under way that the gateway tells of. */
async function drainingScene(local: Awaited<ReturnType<typeof temporarySupervisor>>, seconds = 600) {
  const gatewaySocket = join(local.runtimeDirectory, "gateway.sock")
  const gateway = await controlDouble(gatewaySocket)
  const drain = { seconds, gatewaySocket, routesFile: join(local.dataDirectory, "routes.json") }
  const entry = { key: "dep_a/api/port/wire", port: 9443, upstreams: [], deployment: "d", resource: "a", endpoint: "e" }
  await writeFile(drain.routesFile, JSON.stringify({ format: 1, version: 1, routes: [], ports: [entry] }))
  await local.supervisor.put(programSpec(local.dataDirectory, SERVER, { drain }))
  const state = await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  gateway.status.inFlight = { [state?.ports[0] ?? 0]: 1 }
  await local.supervisor.remove("api_process")
  await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "draining",
  )
  const gone = () =>
    eventually(
      () => local.supervisor.get("api_process"),
      (now) => now === undefined,
    )
  return { gateway, state, gone }
}

test("it serves requests under way before it ends a process that is removed, over its own death too", async () => {
  await using local = await temporarySupervisor()
  const { gateway, state, gone } = await drainingScene(local)
  const { pid } = await local.supervisor.health()
  process.kill(pid, "SIGKILL")
  await eventually(
    async () => startTimeOf(pid),
    (started) => started === undefined,
  )
  const calls = gateway.calls
  await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "draining" && gateway.calls > calls + 1,
  )
  expect(await pidAt(state?.ports[0])).toBe(state?.pid)
  await expect(local.supervisor.put(programSpec(local.dataDirectory, SERVER))).rejects.toMatchObject({
    code: "conflict",
  })
  gateway.status.inFlight = {}
  await gone()
  gateway.close()
})

test("it waits for no request when it is shut down", async () => {
  await using local = await temporarySupervisor()
  const { gateway, state } = await drainingScene(local)
  await local.supervisor.shutdown()
  expect(startTimeOf(state?.pid ?? 0)).toBeUndefined()
  gateway.close()
})
