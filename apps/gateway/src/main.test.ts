import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { access, mkdtemp, rm, writeFile } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, expect, test } from "vitest"

const main = fileURLToPath(new URL("main.ts", import.meta.url))

let directory: string
const children = new Set<ChildProcess>()
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-gateway-"))
})
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL")
  children.clear()
  await rm(directory, { recursive: true, force: true })
})

async function configure(port: number): Promise<string> {
  const file = join(directory, "config.json")
  await writeFile(file, JSON.stringify({ format: 1, port, controlSocket: join(directory, "control.sock") }))
  return file
}

/** Starts the gateway; answers the JSON lines that it writes. */
function start(file: string) {
  const child = spawn(process.execPath, [main, file], { stdio: ["ignore", "ignore", "pipe"] })
  children.add(child)
  const lines = createInterface(child.stderr)[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? "null")
  return { child, next, exit: once(child, "exit") }
}

async function occupied(): Promise<{ port: number; release: () => Promise<void> }> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    port,
    release: async () => {
      server.close()
      await once(server, "close")
    },
  }
}

test("runs until SIGTERM and then leaves with 0, its socket removed", async () => {
  const { port, release } = await occupied()
  await release()
  const { child, next, exit } = start(await configure(port))
  expect(await next()).toMatchObject({ event: "listening", port, pid: child.pid })
  child.kill("SIGTERM")
  expect(await exit).toEqual([0, null])
  await expect(access(join(directory, "control.sock"))).rejects.toMatchObject({ code: "ENOENT" })
})

test("leaves with 1 when a stranger has the port: it names the holder", async () => {
  const { port, release } = await occupied()
  const { next, exit } = start(await configure(port))
  expect(await next()).toMatchObject({
    code: "port_in_use",
    message: expect.stringMatching(
      process.platform === "linux" ? `port ${port} on 127.0.0.1 is taken by process ${process.pid} ` : `port ${port}`,
    ),
  })
  expect(await exit).toEqual([1, null])
  await release()
})

test("leaves with 1 when another gateway answers on its socket, and takes over a stale one", async () => {
  const { port, release } = await occupied()
  await release()
  const file = await configure(port)
  const first = start(file)
  await first.next()
  const second = start(file)
  expect(await second.next()).toMatchObject({ code: "gateway_already_running" })
  expect(await second.exit).toEqual([1, null])
  first.child.kill("SIGKILL")
  await first.exit
  await access(join(directory, "control.sock"))
  const third = start(file)
  expect(await third.next()).toMatchObject({ event: "listening", port })
  third.child.kill("SIGTERM")
  expect(await third.exit).toEqual([0, null])
})

test("leaves with 1 without a valid configuration", async () => {
  const file = join(directory, "config.json")
  const missing = start(file)
  expect(await missing.next()).toMatchObject({ code: "gateway_config_invalid" })
  expect(await missing.exit).toEqual([1, null])
  await writeFile(file, '{"format":1,"port":0}')
  const wrong = start(file)
  expect(await wrong.next()).toMatchObject({ code: "gateway_config_invalid", message: expect.stringContaining("port") })
  expect(await wrong.exit).toEqual([1, null])
})
