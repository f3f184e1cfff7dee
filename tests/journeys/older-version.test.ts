import { readdir, readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { connect } from "node:net"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { text } from "node:stream/consumers"
import { sha256Hex } from "@alienplatform/core"
import { openLocal } from "@alienplatform/provider-local"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { writeOlderDataDirectory } from "../harness/older-data-directory.ts"
import type { Ports } from "../harness/ports.ts"
import type { Sandbox } from "../harness/sandbox.ts"
import { getVerified } from "../harness/verified-https.ts"

const LONG = "an-agent-whose-name-is-about-as-long-as-a-name-may-ever-be"

let journey: Journey
let id: string
let ports: Ports
/** Before the manager of today came. */
let before: { processes: Record<string, number>; files: Record<string, string> }

beforeAll(async () => {
  journey = await startJourney({
    prepare: async (sandbox, reserved) => {
      ports = reserved
      const older = await writeOlderDataDirectory(sandbox, reserved)
      id = older.id
      before = { processes: await runningWithoutManager(sandbox), files: await filesIn(sandbox) }
      return older.token
    },
  })
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

/** Supervisor and gateway, as the manager before left them; answers once all run with their process numbers by node. */
async function runningWithoutManager({ home, dataDirectory }: Sandbox): Promise<Record<string, number>> {
  const { context, ensureStarted } = await openLocal({
    dataDirectory,
    authorityDirectory: join(home, "data", "ca"),
    portsFile: join(home, "config", "ports.json"),
    runtimeDirectory: join(home, "run"),
    gatewayMain: createRequire(import.meta.url).resolve("@alienplatform/gateway/main"),
  })
  await ensureStarted()
  return vi.waitFor(async () => {
    const all = await context.local.supervisor.list()
    expect(all.map(({ status }) => status)).toEqual(Array(5).fill("running"))
    return byNode(all)
  }, 20_000)
}

const byNode = (all: readonly { owner: { node: string }; pid: number | null }[]) =>
  Object.fromEntries(all.map(({ owner, pid }) => [owner.node, pid ?? 0]))

/** Hashes of what a mutating call of any type writes: records of processes, the gateway's table, certificates. */
async function filesIn({ dataDirectory }: Sandbox): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const directory of ["run", "gateway"])
    for (const file of await readdir(join(dataDirectory, directory), { recursive: true }))
      if (file.endsWith(".json") && file !== "gateway.json")
        found[file] = sha256Hex(await readFile(join(dataDirectory, directory, file)))
  return found
}

/** Events of the objects; every call is recorded before it is made. */
function events({ dataDirectory }: Sandbox): unknown[] {
  const database = new DatabaseSync(join(dataDirectory, "manager.db"), { readOnly: true })
  try {
    return database.prepare("select node, event, code, message from events").all()
  } finally {
    database.close()
  }
}

const running = async () =>
  byNode(
    (await Promise.all([id, "gateway"].map((one) => journey.processes(one))))
      .flat()
      .map(({ node, pid }) => ({ owner: { node }, pid })),
  )

const answerOf = async (resource: string) => (await getVerified(await journey.endpoint("mixed", resource), "/")).body

async function echoed(words: string): Promise<string> {
  const url = (await journey.client.info(id)).resources.web?.publicEndpoints?.echo?.url ?? ""
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port) })
  socket.end(words)
  return text(socket)
}

/** The manager looks at everything on its start. */
const lookedAt = () =>
  vi.waitFor(async () => {
    const log = await readFile(join(journey.sandbox.directory, "serve.log"), "utf8")
    expect(log).toContain("run ended")
  }, 20_000)

async function opensAsItWas(): Promise<void> {
  await lookedAt()
  const { resources, status } = await journey.client.info(id)
  expect(status).toBe("running")
  const url = (host: string) => `https://${host}.mixed.localhost:${ports.gateway}`
  expect(resources.api?.publicUrl).toBe(url("api"))
  expect(resources.web?.publicUrl).toBe(url("web"))
  expect(resources[LONG]?.publicUrl).toBe(url(LONG))
  expect(await running()).toEqual(before.processes)
  expect(await filesIn(journey.sandbox)).toEqual(before.files)
  expect(events(journey.sandbox)).toEqual([])
  expect(await answerOf("api")).toBe(`api ${before.processes["api/process"]} s3cret`)
  expect(await answerOf(LONG)).toBe(`agent ${before.processes[`${LONG}/process`]}`)
  const web = new Set(await Promise.all(Array.from({ length: 6 }, () => answerOf("web"))))
  expect(web).toEqual(new Set(["web/process", "web/process/2"].map((node) => `web ${before.processes[node]}`)))
  expect(await echoed("passed through")).toBe("passed through")
}

/** A secret that changes moves the URLs to new processes, and the old ones go. */
async function goesOn(): Promise<void> {
  const set = await journey.sandbox.alien(["env", "set", "mixed", "API_KEY=another", "--secret", "--wait"])
  expect(set.exit, set.stderr).toBe(0)
  expect(await answerOf("api")).toMatch(/^api \d+ another$/)
  await vi.waitFor(async () => {
    const { gateway, ...processes } = await running()
    expect(gateway).toBe(before.processes.gateway)
    expect(Object.keys(processes).sort()).toEqual(
      Object.keys(before.processes)
        .filter((node) => node !== "gateway")
        .sort(),
    )
    for (const [node, pid] of Object.entries(processes)) expect(pid).not.toBe(before.processes[node])
  }, 20_000)
}

/** Destroys the deployment and expects nothing to be left, also of what the older version made under longer marks. */
async function goesWithoutRest(): Promise<void> {
  const { exit, stderr } = await journey.sandbox.alien(["destroy", "mixed", "--yes"])
  expect(exit, stderr).toBe(0)
  expect(Object.keys(await running())).toEqual(["gateway"])
  const files = Object.keys(await filesIn(journey.sandbox)).filter(
    (file) => !["routes.json", "config.json"].includes(file),
  )
  expect(files).toEqual([])
}

test("a data directory of version 0.1 opens with its processes, ports and URLs after reads alone, goes on, and leaves nothing in the end", async () => {
  await opensAsItWas()
  await goesOn()
  await goesWithoutRest()
}, 90_000)
