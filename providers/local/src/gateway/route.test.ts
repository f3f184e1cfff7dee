import { markedNode } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { ownerOf, type TestLocal, testLocal } from "../testing/local.ts"
import { Route, type RouteProps } from "./route.ts"

const HOST = "api.dev.localhost"
const owner = ownerOf(`api/route/${HOST}`)
const props: RouteProps = {
  host: HOST,
  upstreams: [20_001],
  chainFile: `certificates/${HOST}/a.crt`,
  keyFile: `certificates/${HOST}/a.key`,
  sha256: "a",
  timeoutSeconds: 180,
  deploymentName: "dev",
  resource: "api",
  endpoint: "web",
}
const call = ({ local }: TestLocal) => ({ props, owner, name: "n", token: "t", local })

test("it is changing until the gateway serves the table that it was written to, then settled", async () => {
  await using machine = await testLocal()
  expect(await Route.read(call(machine))).toBeUndefined()
  const created = await Route.create(call(machine))
  expect(machine.gateway.reloads).toBe(1)
  const read = await Route.read(call(machine))
  expect(read).toMatchObject({ id: HOST, owner, props, status: "changing" })
  expect(created).toEqual({ id: HOST, reading: read })
  machine.gateway.status.version = 1
  expect(await Route.read(call(machine))).toMatchObject({ status: "settled" })
})

test("it stays settled while another route is written", async () => {
  await using machine = await testLocal()
  await Route.create(call(machine))
  machine.gateway.status.version = 1
  const host = "other.dev.localhost"
  await Route.create({ ...call(machine), props: { ...props, host }, owner: ownerOf(`api/route/${host}`) })
  expect(await Route.read(call(machine))).toMatchObject({ status: "settled" })
  expect(await Route.read({ ...call(machine), props: { ...props, host } })).toMatchObject({ status: "changing" })
})

test("it moves to other processes in place", async () => {
  await using machine = await testLocal()
  await Route.create(call(machine))
  machine.gateway.status.version = 1
  const observed = await Route.read(call(machine))
  if (!observed || !Route.update) throw new Error("not there")
  const moved = { ...props, upstreams: [20_002, 20_003] }
  const answer = await Route.update({ ...call(machine), id: HOST, props: moved, observed, changed: ["upstreams"] })
  const read = await Route.read({ ...call(machine), id: HOST })
  expect(read).toMatchObject({ props: moved, status: "changing" })
  expect(answer).toEqual({ reading: read })
})

test("it writes an address only where that is not 127.0.0.1, which alone earlier gateways know", async () => {
  await using machine = await testLocal()
  const upstreams = [20_001, "[::1]:20002" as const]
  await Route.create({ ...call(machine), props: { ...props, upstreams } })
  expect((await machine.local.routes.read()).routes).toMatchObject([
    { upstreams: [{ port: 20_001 }, { port: 20_002, host: "::1" }] },
  ])
  expect(await Route.read(call(machine))).toMatchObject({ props: { upstreams } })
})

test("it is settled by the answer to its create where the gateway serves the table already", async () => {
  await using machine = await testLocal()
  machine.gateway.status.version = 1
  expect(await Route.create(call(machine))).toMatchObject({ reading: { status: "settled" } })
})

test("it is its node's own whatever the length of its mark: an earlier version wrote long ones whole", async () => {
  await using machine = await testLocal()
  const node = `${"a".repeat(64)}/route/${HOST}`
  const entry = { key: `dep_a/${node}`, owner: ownerOf(node), host: HOST, upstreams: [], since: 1 }
  const rest = {
    deployment: "dep_a",
    resource: "api",
    endpoint: "web",
    certificate: { chainFile: "", keyFile: "", sha256: "" },
  }
  await machine.local.routes.change("routes", () => [{ ...entry, ...rest }])
  const mine = { ...call(machine), owner: ownerOf(markedNode(node)) }
  await Route.create(mine)
  const observed = await Route.read(mine)
  if (!observed) throw new Error("not there")
  expect(observed).toMatchObject({ props, owner: mine.owner })
  await machine.local.routes.change("routes", () => [{ ...entry, ...rest }])
  await Route.delete({ ...mine, id: HOST, observed })
  expect(await Route.read(mine)).toBeUndefined()
})

test("it writes changes that come at once one after another", async () => {
  await using machine = await testLocal()
  const hosts = Array.from({ length: 20 }, (_, index) => `h${index}.dev.localhost`)
  await Promise.all(
    hosts.map((host) =>
      Route.create({ ...call(machine), props: { ...props, host }, owner: ownerOf(`api/route/${host}`) }),
    ),
  )
  const table = await machine.local.routes.read()
  expect(table.version).toBe(20)
  expect(table.routes.map(({ host }) => host).sort()).toEqual(hosts.sort())
})

test("it refuses a host that somebody else's route has", async () => {
  await using machine = await testLocal()
  await Route.create({ ...call(machine), owner: ownerOf(owner.node, { deployment: "dep_b" }) })
  await expect(Route.create(call(machine))).rejects.toMatchObject({ code: "name_taken", outcome: "refused" })
  expect(await Route.read(call(machine))).toMatchObject({ owner: { deployment: "dep_b" } })
})

test("it is broken when the gateway rejects it, and waits while the gateway is away", async () => {
  await using machine = await testLocal()
  await Route.create(call(machine))
  const rejected = { [`dep_a/${owner.node}`]: { code: "certificate_unreadable", message: "no such file" } }
  machine.gateway.status = { ...machine.gateway.status, version: 1, rejected }
  expect(await Route.read(call(machine))).toMatchObject({
    status: { broken: { code: "certificate_unreadable", heal: "none" } },
  })
  const away = {
    ...machine.local,
    gateway: { ...machine.local.gateway, status: () => Promise.reject(new Error("away")) },
  }
  expect(await Route.read({ ...call(machine), local: away })).toMatchObject({
    status: { waiting: { on: "cloud", code: "gateway_unavailable" } },
  })
})

test("it is gone after a delete, which may be repeated", async () => {
  await using machine = await testLocal()
  await Route.create(call(machine))
  const observed = await Route.read(call(machine))
  if (!observed) throw new Error("not there")
  await Route.delete({ ...call(machine), id: HOST, observed })
  await Route.delete({ ...call(machine), id: HOST, observed })
  expect(await Route.read({ ...call(machine), id: HOST })).toBeUndefined()
  expect((await machine.local.routes.read()).version).toBe(2)
})
