import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { GatewayStatus } from "@alienplatform/provider-local/gateway-table"
import { expect, test, vi } from "vitest"
import { openControl } from "./control.ts"
import { startGateway } from "./gateway.ts"
import { control } from "./testing/control.ts"
import { openTestGateway, type TestGateway } from "./testing/test-gateway.ts"

test("the control socket tells the status and nothing else", async () => {
  await using gateway = await openTestGateway()
  const { body } = await control(gateway, "GET", "/status")
  expect(GatewayStatus.parse(body)).toEqual({
    version: -1,
    port: gateway.running.port,
    pid: process.pid,
    rejected: {},
    inFlight: {},
  })
  expect(await control(gateway, "POST", "/status")).toMatchObject({ status: 404 })
})

const answers = (gateway: TestGateway) =>
  control(gateway, "GET", "/status").then(
    ({ status }) => status === 200,
    () => false,
  )

test.each<[string, (socket: string) => Promise<void>]>([
  ["was removed", (socket) => rm(socket)],
  ["was replaced by a file", (socket) => writeFile(`${socket}.x`, "").then(() => rename(`${socket}.x`, socket))],
])("a control socket that %s is made again, readable by its user alone", async (_what, harm) => {
  await using gateway = await openTestGateway({ pollMs: 10 })
  const socket = join(gateway.directory, "control.sock")
  expect(await answers(gateway)).toBe(true)
  await harm(socket)
  await vi.waitUntil(() => answers(gateway))
  await vi.waitUntil(async () => ((await stat(socket)).mode & 0o777) === 0o600)
})

test("a control socket whose directory vanished is made again, with the directory", async () => {
  await using gateway = await openTestGateway()
  const directory = join(gateway.directory, "runtime")
  await mkdir(directory)
  const socket = join(directory, "control.sock")
  const other = await startGateway({
    ...{ directory: gateway.directory, port: 0, controlSocket: socket, limits: { pollMs: 10, drainMs: 10 } },
  })
  await rm(directory, { recursive: true })
  await vi.waitUntil(() =>
    stat(socket).then(
      () => true,
      () => false,
    ),
  )
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  await other.close()
})

test("a control socket that could not be made again is closed all the same", async () => {
  await using gateway = await openTestGateway()
  const directory = join(gateway.directory, "runtime")
  await mkdir(directory)
  const control = await openControl(join(directory, "control.sock"), gateway.running)
  await rm(directory, { recursive: true })
  await writeFile(directory, "")
  await expect(control.keep()).rejects.toThrow()
  await control.close()
})
