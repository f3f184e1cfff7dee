import { once } from "node:events"
import { stat } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { systemClock } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { openLocal } from "./open.ts"
import { startTimeOf } from "./supervisor/identity.ts"
import { freePort } from "./supervisor/ports.ts"
import { eventually, programSpec, temporaryDirectory } from "./testing/temporary.ts"

async function optionsIn(path: string) {
  return {
    dataDirectory: join(path, "data"),
    authorityDirectory: join(path, "ca"),
    portsFile: join(path, "ports.json"),
    runtimeDirectory: join(path, "sockets"),
    gatewayMain: join(import.meta.dirname, "testing", "gateway-double.ts"),
    firstGatewayPort: await freePort(new Set()),
  }
}

test("it starts supervisor and gateway once, and finds them again on the same port", async () => {
  await using directory = await temporaryDirectory()
  const options = await optionsIn(directory.path)
  const first = await openLocal(options)
  try {
    await first.ensureStarted()
    await first.ensureStarted()
    expect(await (await fetch(`http://127.0.0.1:${first.gatewayPort}/`)).text()).toBe("gateway")
    const { pid } = await first.context.local.gateway.status()

    const second = await openLocal({ ...options, firstGatewayPort: options.firstGatewayPort + 50 })
    await second.ensureStarted()
    expect(second.gatewayPort).toBe(first.gatewayPort)
    expect((await second.context.local.gateway.status()).pid).toBe(pid)

    process.kill(pid, "SIGKILL")
    await eventually(
      () => second.context.local.gateway.status().catch(() => undefined),
      (status) => status !== undefined && status.pid !== pid,
    )
  } finally {
    await first.shutdown()
  }
})

test("it names who took the port", async () => {
  await using directory = await temporaryDirectory()
  const runtime = await openLocal(await optionsIn(directory.path))
  const stranger = createServer().listen(runtime.gatewayPort, "127.0.0.1")
  await once(stranger, "listening")
  try {
    await expect(runtime.ensureStarted()).rejects.toMatchObject({
      code: "port_in_use",
      message: expect.stringContaining(`pid ${process.pid}`),
    })
  } finally {
    stranger.close()
    await runtime.shutdown()
  }
})

test("it says what a gateway that does not start wrote", async () => {
  await using directory = await temporaryDirectory()
  const options = { ...(await optionsIn(directory.path)), gatewayMain: join(directory.path, "absent.js") }
  const runtime = await openLocal(options)
  try {
    await expect(runtime.ensureStarted()).rejects.toMatchObject({
      code: "gateway_failed",
      message: expect.stringContaining("Cannot find module"),
    })
  } finally {
    await runtime.shutdown()
  }
})

test("it tells components all they need, and leaves nothing running after shutdown", async () => {
  await using directory = await temporaryDirectory()
  const runtime = await openLocal(await optionsIn(directory.path))
  await runtime.ensureStarted()
  const { pid } = await runtime.context.local.gateway.status()
  const context = runtime.deploymentContext({ id: "dep_a", name: "dev", platform: "local", prefix: "k" })
  expect(context).toMatchObject({ id: "dep_a", name: "dev", gatewayPort: runtime.gatewayPort })
  await Promise.all([context.certificateAuthorityFile, context.certificateBundleFile].map((file) => stat(file)))
  await runtime.shutdown()
  expect(startTimeOf(pid)).toBeUndefined()
})

test("it tells that the supervisor died, and that another one is there", async () => {
  await using directory = await temporaryDirectory()
  const until = (time: number, signal?: AbortSignal) => systemClock.until(Math.min(time, Date.now() + 10), signal)
  const runtime = await openLocal({ ...(await optionsIn(directory.path)), clock: { ...systemClock, until } })
  const { supervisor } = runtime.context.local
  let losses = 0
  let looks = 0
  const health = supervisor.health
  Object.assign(supervisor, { health: () => health().finally(() => looks++) })
  const stop = runtime.watch(() => losses++)
  const seen = async (count: number) =>
    eventually(
      async () => losses,
      (now) => now === count,
    )
  try {
    await eventually(
      async () => looks,
      (now) => now > 1,
    )
    expect(losses).toBe(0)
    process.kill((await supervisor.health()).pid, "SIGKILL")
    await seen(1)
    await expect(supervisor.look()).rejects.toThrow()
    await expect(supervisor.health()).rejects.toThrow()
    await supervisor.list() // Starts one.
    expect(await supervisor.look()).toEqual([])
    await seen(2)
  } finally {
    stop()
    await runtime.shutdown()
  }
})

test("it stops supervisor and gateway only when no workload is left", async () => {
  await using directory = await temporaryDirectory()
  const runtime = await openLocal(await optionsIn(directory.path))
  const { supervisor } = runtime.context.local
  try {
    await runtime.ensureStarted()
    const { pid } = await supervisor.health()
    await supervisor.put(programSpec(directory.path, "setInterval(() => {}, 1000)", { ports: [] }))
    expect(await runtime.stopIfIdle()).toBe(false)
    await supervisor.remove("api_process")
    await eventually(
      () => supervisor.get("api_process"),
      (now) => now === undefined,
    )
    expect(await runtime.stopIfIdle()).toBe(true)
    await eventually(
      async () => startTimeOf(pid),
      (started) => started === undefined,
    )
    expect(await runtime.stopIfIdle()).toBe(false)
    await expect(supervisor.health()).rejects.toMatchObject({ code: "unavailable" })
  } finally {
    await runtime.shutdown()
  }
})
