import { once } from "node:events"
import { mkdir, readdir, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { basename, join } from "node:path"
import { expect, test } from "vitest"
import { openCertificateAuthority } from "./certificates/authority.ts"
import { inspectLocal } from "./inspect.ts"
import { reservePort } from "./reserved-ports.ts"
import { freePort } from "./supervisor/ports.ts"
import { temporaryDirectory, temporarySupervisor } from "./testing/temporary.ts"

const optionsIn = (path: string) => ({
  dataDirectory: join(path, "data"),
  authorityDirectory: join(path, "ca"),
  portsFile: join(path, "ports.json"),
  runtimeDirectory: join(path, "sockets"),
})

test("where nothing was done yet it finds nothing, and writes nothing", async () => {
  await using directory = await temporaryDirectory()
  const found = await inspectLocal(optionsIn(directory.path))
  expect(found).toMatchObject({
    sockets: { directory: join(directory.path, "sockets") },
    authority: { state: "absent" },
    ports: [
      { service: "gateway", port: 8443, reserved: false },
      { service: "manager", port: 7400, reserved: false },
    ],
  })
  expect(found.supervisor).toBeUndefined()
  expect(found.gateway).toBeUndefined()
  expect(await readdir(directory.path)).toEqual(["sockets"])
})

test("it finds a supervisor that runs", async () => {
  await using local = await temporarySupervisor()
  const { dataDirectory, runtimeDirectory } = local
  const found = await inspectLocal({ ...optionsIn(dataDirectory), dataDirectory, runtimeDirectory })
  expect(found.supervisor).toMatchObject({ pid: (await local.supervisor.health()).pid, processes: 0 })
})

test("it names who holds the port that was chosen", async () => {
  await using directory = await temporaryDirectory()
  const options = optionsIn(directory.path)
  await mkdir(options.dataDirectory)
  const from = await freePort(new Set())
  const port = await reservePort({
    file: options.portsFile,
    service: "gateway",
    dataDirectory: options.dataDirectory,
    from,
  })
  const stranger = createServer().listen(port, "127.0.0.1")
  await once(stranger, "listening")
  try {
    const [gateway] = (await inspectLocal(options)).ports
    expect(gateway).toMatchObject({
      port,
      reserved: true,
      holder: `${basename(process.execPath)} (pid ${process.pid})`,
    })
  } finally {
    stranger.close()
  }
})

test("it tells an authority that can be used from one that cannot, and that this system does not trust it", async () => {
  await using directory = await temporaryDirectory()
  const options = optionsIn(directory.path)
  const { certificateFile } = await openCertificateAuthority({ directory: options.authorityDirectory })
  expect((await inspectLocal(options)).authority).toMatchObject({
    state: "present",
    certificateFile,
    trustedBySystem: false,
    notAfter: expect.any(Number),
  })
  await writeFile(certificateFile, "no certificate")
  expect((await inspectLocal(options)).authority).toMatchObject({ state: "unusable", certificateFile })
})
