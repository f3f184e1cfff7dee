import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Clock, systemClock } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { RoutesFile } from "../gateway/routes-file.ts"
import { controlDouble } from "../testing/control-double.ts"
import { ownerOf } from "../testing/local.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { waitUntilDrained } from "./drain.ts"

const route = (node: string, deployment = "dep_a") => ({
  key: `${deployment}/${node}`,
  host: "api.dev.localhost",
  upstreams: [{ port: 20_002 }],
  certificate: { chainFile: "a.crt", keyFile: "a.key", sha256: "a" },
  deployment,
  resource: node.split("/", 1)[0] ?? "",
  endpoint: "web",
})

/** A gateway that has one request under way at 20001, and a clock that jumps; `onWait` happens at each wait. */
async function scene({ routes = [route("api/route/api.dev.localhost")], node = "api/process/2" } = {}) {
  const directory = await temporaryDirectory()
  const gateway = await controlDouble(join(directory.path, "gateway.sock"))
  gateway.status.inFlight = { 20001: 1, 20002: 4 }
  const file = new RoutesFile(join(directory.path, "routes.json"))
  await file.change("routes", () => routes)
  let now = 0
  let onWait: () => unknown = () => undefined
  const clock: Clock = {
    now: () => now,
    async until(time, signal) {
      await systemClock.until(0, signal)
      now = time
      await onWait()
    },
  }
  const over = new AbortController()
  const drain = (ports: number[]) =>
    waitUntilDrained({
      spec: { seconds: 60, gatewaySocket: join(directory.path, "gateway.sock"), routesFile: file.file },
      owner: ownerOf(node),
      ports,
      until: 60_000,
      clock,
      signal: over.signal,
    }).then(() => now)
  return {
    gateway,
    file,
    over,
    drain,
    at: (time: number, happens: () => unknown) => {
      onWait = () => (now >= time ? happens() : undefined)
    },
    async [Symbol.asyncDispose]() {
      gateway.close()
      await directory[Symbol.asyncDispose]()
    },
  }
}

test("it waits until nothing is under way at any port of the process", async () => {
  await using the = await scene()
  the.at(5_000, () => {
    the.gateway.status.inFlight = { 20002: 4 }
  })
  expect(await the.drain([20_003, 20_001])).toBe(5_000)
})

test("it does not wait for what is under way elsewhere", async () => {
  await using the = await scene()
  expect(await the.drain([20_003])).toBe(0)
})

test("it waits no longer than the limit", async () => {
  await using the = await scene()
  expect(await the.drain([20_001])).toBe(60_000)
})

test("it waits two seconds once nothing leads to the resource any more", async () => {
  await using the = await scene()
  the.at(5_000, () => the.file.change("routes", () => [route("other/route/x"), route("api/route/y", "dep_b")]))
  expect(await the.drain([20_001])).toBe(7_000)
})

test("it knows a resource that only a port leads to", async () => {
  await using the = await scene({ routes: [] })
  const { host: _, certificate: __, ...entry } = route("api/port/wire")
  await the.file.change("ports", () => [{ ...entry, port: 9443 }])
  expect(await the.drain([20_001])).toBe(60_000)
})

test("it knows the routes of a resource by its name, whose length cuts their keys", async () => {
  const id = "a".repeat(64)
  const entry = { ...route(`${id}/route/x`), key: `dep_a/${"a".repeat(54)}-01234567`, resource: id.toUpperCase() }
  await using the = await scene({ routes: [entry], node: `${id}/process` })
  expect(await the.drain([20_001])).toBe(60_000)
})

test("it keeps to the limit where the table cannot be read", async () => {
  await using the = await scene()
  await writeFile(the.file.file, "{")
  expect(await the.drain([20_001])).toBe(60_000)
})

test("it does not wait for a gateway that is away", async () => {
  await using the = await scene()
  the.gateway.close()
  expect(await the.drain([20_001])).toBe(0)
})

test("it ends when it is told to", async () => {
  await using the = await scene()
  the.at(1_000, () => the.over.abort())
  expect(await the.drain([20_001])).toBe(1_000)
})
