import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import type { IncomingMessage } from "node:http"
import { get } from "node:https"
import { join } from "node:path"
import type { Duplex } from "node:stream"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { upgradeConnection, verifiedOptions } from "../harness/duplex.ts"
import type { Endpoint } from "../harness/endpoint.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"
import { programSource } from "../harness/versions.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

/** @param graceSeconds how long the old version may go on */
const files = (version: string, graceSeconds: number) => ({
  "program.ts": programSource(version),
  "alien.ts": stackOf({
    web: `new alien.Container("web").code(source("program.ts")).stopGracePeriod(${graceSeconds}).publicEndpoint("web", 8080)`,
  }),
})

/** Lines of a stream as they come, and how it ended. */
interface Stream {
  lines: string[]
  ended: Promise<"whole" | "cut">
}

/** Opens the program's endless stream, which ends when the file exists. */
async function openEvents(endpoint: Endpoint, until: string): Promise<Stream> {
  const sent = get({ ...(await verifiedOptions(endpoint)), path: `/events?${encodeURIComponent(until)}` })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject)
  })
  const lines: string[] = []
  response.setEncoding("utf8").on("data", (text: string) => {
    lines.push(...text.split("\n").filter((line) => line !== ""))
  })
  const ended = new Promise<"whole" | "cut">((resolve) => {
    response.once("close", () => resolve(response.complete ? "whole" : "cut")).on("error", () => undefined)
  })
  await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 10_000 })
  return { lines, ended }
}

async function sendWord(socket: Duplex, word: string): Promise<string> {
  socket.write(word)
  const [answer] = await once(socket, "data", { signal: AbortSignal.timeout(10_000) })
  return String(answer)
}

const processes = async (id: string) => (await journey.processes(id)).map(({ pid }) => pid)

test("what was opened before an update goes on with the old version until it ends by itself, and the deployment is running meanwhile", async () => {
  const id = await deployProject(journey, "streams", files("one", 300))
  const endpoint = await journey.endpoint("streams", "web")
  const end = join(journey.sandbox.directory, "end")
  const events = await openEvents(endpoint, end)
  const socket = await upgradeConnection(endpoint, "/", { upgrade: "lines" })
  expect(await sendWord(socket, "hello")).toBe("one hello")
  const [old] = await processes(id)

  await deployProject(journey, "streams", files("two", 300))
  expect(await getVerified(endpoint, "/")).toMatchObject({ body: "two" })
  expect((await journey.client.deployment(id)).status).toBe("running")
  const seen = events.lines.length
  await vi.waitFor(() => expect(events.lines.length).toBeGreaterThan(seen), { timeout: 10_000 })
  expect(await sendWord(socket, "still there")).toBe("one still there")
  expect(await processes(id)).toContain(old)

  await writeFile(end, "")
  expect(await events.ended).toBe("whole")
  expect(new Set(events.lines)).toEqual(new Set(["data: one", "data: end"]))
  const left = once(socket, "end")
  expect(await sendWord(socket, "bye")).toBe("one bye")
  await left
  await vi.waitFor(async () => expect(await processes(id)).not.toContain(old), { timeout: 20_000, interval: 100 })
  expect(await processes(id)).toHaveLength(1)
  expect(await getVerified(endpoint, "/")).toMatchObject({ body: "two" })
}, 120_000)

test("a stream that is still open at the end of the grace period is cut off, and the new version serves on", async () => {
  const id = await deployProject(journey, "endless", files("one", 1))
  const endpoint = await journey.endpoint("endless", "web")
  const events = await openEvents(endpoint, join(journey.sandbox.directory, "never"))
  const [old] = await processes(id)
  await deployProject(journey, "endless", files("two", 1))
  expect(await events.ended).toBe("cut")
  expect(new Set(events.lines)).toEqual(new Set(["data: one"]))
  await vi.waitFor(async () => expect(await processes(id)).not.toContain(old), { timeout: 20_000, interval: 100 })
  expect(await getVerified(endpoint, "/")).toMatchObject({ body: "two" })
}, 120_000)
