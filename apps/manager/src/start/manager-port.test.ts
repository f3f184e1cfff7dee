import { readFile, stat, symlink } from "node:fs/promises"
import { join } from "node:path"
import { reservePort } from "@alienplatform/provider-local"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { managerPort } from "./manager-port.ts"

test("gives every data directory a port of its own and keeps it, beside those of gateways", async () => {
  await using directory = await temporaryDirectory()
  const portsFile = join(directory.path, "config", "ports.json")
  const at = (name: string) => ({ dataDirectory: join(directory.path, name), portsFile })
  const first = await managerPort(at("first"))
  const gateway = await reservePort({
    file: portsFile,
    service: "gateway",
    dataDirectory: at("first").dataDirectory,
    from: 7400,
  })
  const second = await managerPort(at("second"))
  expect(new Set([first, gateway, second]).size).toBe(3)
  expect(first).toBeGreaterThanOrEqual(7400)
  expect(await managerPort(at("first"))).toBe(first)
  expect(JSON.parse(await readFile(portsFile, "utf8"))).toEqual({
    format: 1,
    services: {
      manager: { [at("first").dataDirectory]: first, [at("second").dataDirectory]: second },
      gateway: { [at("first").dataDirectory]: gateway },
    },
  })
})

test("makes the data directory, readable by its user only, so that the reservation holds", async () => {
  await using directory = await temporaryDirectory()
  const dataDirectory = join(directory.path, "data")
  await managerPort({ dataDirectory, portsFile: join(directory.path, "ports.json") })
  expect((await stat(dataDirectory)).mode & 0o777).toBe(0o700)
})

test("gives a directory one port, by whichever link it is named", async () => {
  await using directory = await temporaryDirectory()
  const portsFile = join(directory.path, "ports.json")
  const dataDirectory = join(directory.path, "data")
  const port = await managerPort({ dataDirectory, portsFile })
  await symlink(dataDirectory, join(directory.path, "link"))
  expect(await managerPort({ dataDirectory: join(directory.path, "link"), portsFile })).toBe(port)
})
