import { existsSync } from "node:fs"
import { join } from "node:path"
import { markedNode } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { storeArtifact } from "../testing/artifact.ts"
import { ownerOf, type TestLocal, testLocal } from "../testing/local.ts"
import { eventually } from "../testing/temporary.ts"
import { workerRuntimeMain } from "../worker-runtime.ts"
import { Process, type ProcessProps } from "./process.ts"
import { Readiness, type ReadinessProps } from "./readiness.ts"

const RUNTIME = workerRuntimeMain()
const HELLO = `export default { fetch: (request) =>
  new URL(request.url).pathname === "/health"
    ? new Response("ill", { status: 500 })
    : new Response(JSON.stringify([process.env.GREETING, process.env.ALIEN_X, process.env.SECRET_OF_MANAGER])) }`

const node = "api/process"
const call = async ({ local }: TestLocal, index = HELLO, incarnation = 1) => {
  const artifact = await storeArtifact(local.dataDirectory, index)
  const props: ProcessProps = {
    node,
    artifact,
    command: [process.execPath, RUNTIME, `${local.dataDirectory}/artifacts/${artifact}`],
    environment: { GREETING: "hello" },
    secrets: { PASSWORD: "hidden" },
    injected: { ALIEN_X: "x" },
    managerToken: "alien_workload_hidden",
    ports: [["PORT"]],
    graceSeconds: 2,
    drainSeconds: 2,
  }
  return { props, owner: ownerOf(node, { incarnation }), name: "n", token: "t", local }
}
type Call = Awaited<ReturnType<typeof call>>
const settled = (args: Call) =>
  eventually(
    () => Process.read(args),
    (reading) => reading?.status === "settled",
  )
const gate = ({ local, owner }: Call, props: ReadinessProps) => Readiness.read({ props, owner, name: "n", local })

test("it runs the artifact with its environment, and readiness passes when the app answers", async () => {
  process.env.SECRET_OF_MANAGER = "leaked"
  await using machine = await testLocal()
  const args = await call(machine)
  expect(await Process.read(args)).toBeUndefined()
  const created = await Process.create(args)
  const reading = await settled(args)
  expect(reading).toMatchObject({ id: created?.id, owner: args.owner })
  const [port = 0] = reading?.attributes.ports ?? []
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).json()).toEqual(["hello", "x", null])
  const props = { ports: [port], object: created?.id ?? "" }
  expect(await gate(args, props)).toMatchObject({ status: "settled", attributes: { ports: [port] } })
  expect(await gate(args, { ...props, probe: { method: "GET", path: "/health" } })).toMatchObject({
    status: { waiting: { on: "gate", code: "probe_failed", observed: 500, message: expect.stringContaining("ill") } },
  })
})

test("it finds itself when a create is repeated, and a new incarnation runs beside the old one", async () => {
  await using machine = await testLocal()
  const first = await call(machine)
  const created = await Process.create(first)
  expect(await Process.create(first)).toEqual(created)
  const second = await call(machine, `${HELLO}\n// second`, 2)
  await Process.create(second)
  const [old, next] = await Promise.all([settled(first), settled(second)])
  expect(old?.attributes.ports).not.toEqual(next?.attributes.ports)
  expect(await machine.local.supervisor.list()).toHaveLength(2)
})

test("it answers its calls with what a read would, and its last one with nothing once it is gone", async () => {
  await using machine = await testLocal()
  const args = await call(machine)
  const created = await Process.create(args)
  expect(created).toMatchObject({
    id: created?.id,
    reading: { id: created?.id, owner: args.owner, status: "changing" },
  })
  const observed = await settled(args)
  if (!observed || !Process.update) throw new Error("not there")
  const props = { ...args.props, graceSeconds: 3 }
  const updated = await Process.update({ ...args, id: observed.id, props, observed, changed: ["graceSeconds"] })
  expect(updated).toEqual({ reading: observed })
  const remove = () => Process.delete({ ...args, id: observed.id, observed })
  expect(await remove()).toMatchObject({ reading: { id: observed.id, status: "changing" } })
  await eventually(remove, (answer) => answer?.reading === null)
})

test("it keeps the process that an earlier version made under a mark that is cut by now", async () => {
  await using machine = await testLocal()
  const args = await call(machine)
  const id = "a".repeat(64)
  const long = `${id}/process/2`
  const old = { ...args, owner: ownerOf(long), props: { ...args.props, node: long } }
  const created = await Process.create(old)
  const now = { ...old, owner: ownerOf(markedNode(long)) }
  const observed = await settled(now)
  if (!observed || !Process.update) throw new Error("not there")
  expect(observed.id).toBe(created?.id)
  const props = { ...now.props, graceSeconds: 3 }
  await Process.update({ ...now, id: observed.id, props, observed, changed: ["graceSeconds"] })
  expect(await machine.local.supervisor.list()).toMatchObject([{ object: created?.id, owner: { node: long } }])
  expect(existsSync(join(machine.local.dataDirectory, "logs", "dep_a", id, "1-2.ndjson"))).toBe(true)
})

test("it tells of a crash with the last lines", async () => {
  await using machine = await testLocal()
  const args = await call(machine, `throw new Error("no database")`)
  await Process.create(args)
  const reading = await eventually(
    () => Process.read(args),
    (seen) => typeof seen?.status === "object",
  )
  expect(reading?.status).toMatchObject({
    waiting: { on: "gate", code: "workload_crashed", message: expect.stringContaining("no database") },
  })
})

test("it is refused without its artifact", async () => {
  await using machine = await testLocal()
  const args = await call(machine)
  const props = { ...args.props, artifact: "0".repeat(64) }
  await expect(Process.create({ ...args, props })).rejects.toMatchObject({ code: "artifact_missing" })
})

test.runIf(process.platform === "linux")(
  "it says soon that a program listens elsewhere than it was told to, and where",
  async () => {
    await using machine = await testLocal()
    const args = await call(machine)
    const program = `require("node:net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })`
    const props = { ...args.props, command: [process.execPath, "--eval", program] }
    const created = await Process.create({ ...args, props })
    expect(await Process.read({ ...args, props })).toMatchObject({ status: "changing" })
    const state = await eventually(
      () => machine.local.supervisor.get(created?.id ?? ""),
      (now) => now?.lastLines.length === 1,
    )
    const elsewhere = `127.0.0.1:${state?.lastLines[0]}`
    const local = { ...machine.local, clock: { ...machine.local.clock, now: () => Date.now() + 5_000 } }
    expect(await Process.read({ ...args, props, local })).toMatchObject({
      status: {
        waiting: {
          on: "gate",
          code: "port_not_listening",
          expected: [`127.0.0.1:${state?.ports[0]}`],
          observed: [elsewhere],
          message: expect.stringContaining(`it listens on ${elsewhere}`),
        },
      },
    })
  },
)

test("it ends after a delete, which may be repeated", async () => {
  await using machine = await testLocal()
  const args = await call(machine)
  await Process.create(args)
  const observed = await settled(args)
  if (!observed) throw new Error("not there")
  await Process.delete({ ...args, id: observed.id, observed })
  await Process.delete({ ...args, id: observed.id, observed })
  await eventually(
    () => Process.read({ ...args, id: observed.id }),
    (seen) => seen === undefined,
  )
})
