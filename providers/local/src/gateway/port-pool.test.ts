import { once } from "node:events"
import { createServer } from "node:net"
import { join } from "node:path"
import { expect, test } from "vitest"
import { reservePort } from "../reserved-ports.ts"
import { canListen, freePort } from "../supervisor/ports.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { PortPool } from "./port-pool.ts"
import { RoutesFile } from "./routes-file.ts"

/** The first of some free ports in a row. */
async function run(length: number): Promise<number> {
  for (;;) {
    const first = await freePort(new Set())
    const free = await Promise.all(Array.from({ length }, (_, index) => canListen(first + index)))
    if (free.every(Boolean)) return first
  }
}

async function pool() {
  const directory = await temporaryDirectory()
  const first = await run(6)
  const routes = new RoutesFile(join(directory.path, "routes.json"))
  const portsFile = join(directory.path, "ports.json")
  const found = new PortPool({ routes, portsFile, first })
  const take = (deployment: string) => {
    for (const port of found.offer(deployment)) return port - first
    return undefined
  }
  const dispose = directory[Symbol.asyncDispose]
  return { found, first, routes, portsFile, take, path: directory.path, [Symbol.asyncDispose]: dispose }
}

test("it offers what is free, not reserved, and not led to for another deployment, the lowest first", async () => {
  await using the = await pool()
  const { first, routes, portsFile } = the
  const stranger = createServer().listen(first, "127.0.0.1")
  await once(stranger, "listening")
  await reservePort({ file: portsFile, service: "gateway", dataDirectory: the.path, from: first + 1 })
  const entry = { upstreams: [], deployment: "dep_b", resource: "db", endpoint: "sql", key: "dep_b/db/port/sql" }
  await routes.change("ports", () => [{ ...entry, port: first + 2 }])
  await the.found.look()
  stranger.close()
  expect(the.take("dep_a")).toBe(3)
  expect(the.take("dep_b")).toBe(2)
})

test("it gives two deployments that come at once different ports, and keeps nothing for a look ahead", async () => {
  await using the = await pool()
  await the.found.look()
  const look = (deployment: string) => the.take(deployment)
  expect([look("dep_a"), look("dep_b"), look("dep_plan")]).toEqual([0, 0, 0])
  expect([the.take("dep_a"), the.take("dep_b"), the.take("dep_a")]).toEqual([0, 1, 0])
  expect([look("dep_0000"), look("dep_0000"), look("dep_0000")]).toEqual([2, 2, 2])
  expect(look("dep_c")).toBe(2)
  the.found.release("dep_a")
  expect(look("dep_d")).toBe(0)
})
