import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { EndpointRow } from "../store.ts"
import { kill, startProgram } from "../testing/child.ts"
import { openSqliteStore } from "./open.ts"

const DATABASES = 4
const KILLS_EACH = 13

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "store-crash-"))
})
afterEach(() => rm(directory, { recursive: true }))

/** Runs the program until it is killed at a random moment; returns the last numbers that it was answered. */
async function crash(file: string, round: number): Promise<{ saved: number; reported: number }> {
  const child = startProgram("crash-program.ts", file, String(round))
  const answered = { saved: 0, reported: 0 }
  let unread = ""
  let complaints = ""
  child.stderr.on("data", (data) => {
    complaints += data
  })
  child.stdout.on("data", (data) => {
    const lines = (unread + data).split("\n")
    unread = lines.pop() ?? ""
    for (const line of lines) {
      const [what, number] = line.split(" ")
      if (what === "saved" || what === "reported") answered[what] = Number(number)
    }
  })
  try {
    // Every third dies while it starts: creating, migrating or recovering the database. The others die while they write.
    const starting = round % 3 === 0
    if (!starting) await Promise.race([once(child.stdout, "data"), once(child, "exit")])
    await pause(Math.random() * (starting ? 250 : 40))
  } finally {
    await kill(child)
  }
  expect(complaints).toBe("")
  return answered
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const numberOf = (row: EndpointRow | undefined) => row?.report.conditions[0]?.observedGeneration

async function survives(file: string): Promise<number> {
  const before = { saved: 0, reported: 0 }
  for (let round = 1; round <= KILLS_EACH; round++) {
    const answered = await crash(file, round)
    const store = await openSqliteStore({ file })
    const saved = Number((await store.choices("dep_a")).last ?? 0)
    const endpoints = await store.endpoints("dep_a")
    const reported = numberOf(endpoints[0]) ?? 0

    // All that was answered is there; of the rest at most the one commit that was under way.
    const least = Math.max(before.saved, answered.saved)
    expect([least, least + 1]).toContain(saved)
    expect(reported).toBeGreaterThanOrEqual(Math.max(before.reported, answered.reported))
    expect(reported).toBeLessThanOrEqual(saved)

    // Every commit is whole.
    const kept = Array.from({ length: Math.min(saved, 20) }, (_, index) => saved - index)
    const objects = kept.flatMap((number) => [`obj_${number}_first`, `obj_${number}_second`])
    expect((await store.rows("dep_a")).map(({ object }) => object).sort()).toEqual(objects.sort())
    const events = await store.events("dep_a", { limit: saved + 1 })
    expect(events.map(({ at, sequence }) => [at, sequence])).toEqual(events.map((_, index) => [index + 1, index + 1]))
    expect(events).toHaveLength(saved)
    expect(endpoints.map(numberOf)).toEqual(reported === 0 ? [] : [reported, reported])

    Object.assign(before, { saved, reported })
    await store.close()
  }
  const database = new DatabaseSync(file, { readOnly: true })
  expect(database.prepare("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }])
  database.close()
  return before.saved
}

test(`loses nothing that was answered and tears no commit in ${DATABASES * KILLS_EACH} kills`, async () => {
  const files = Array.from({ length: DATABASES }, (_, index) => join(directory, `${index}.db`))
  const half = files.length / 2
  const pairs = files.slice(0, half).map((file, index) => [file, files[index + half] ?? file])
  for (const pair of pairs) for (const saved of await Promise.all(pair.map(survives))) expect(saved).toBeGreaterThan(0)
}, 120_000)
