/**
 * How many `/info` a manager answers with 100,000 deployments stored, three endpoints each.
 *
 *   npm run bench:info [-- --deployments 100000]
 *
 * Bare store reads are what the handler needs from SQLite. `app` is the API without a socket; `http` is over kept
 * loopback connections from a client in another thread. Ids are random: `first` reads each deployment for the first time,
 * which also brings its next look forward, a durable write; `watched` reads a thousand deployments again.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { systemClock } from "@alienplatform/engine"
import {
  Backups,
  createApp,
  createLogger,
  createSealer,
  ensureAdminToken,
  listen,
  openArtifacts,
  Planner,
  Platforms,
  Watched,
  workloadTokens,
} from "@alienplatform/manager"
import { openSqliteStore } from "@alienplatform/store"
import { fillDatabase } from "./info-data.ts"
import { report } from "./report.ts"

const { values } = parseArgs({ options: { deployments: { type: "string", default: "100000" } } })
const count = Number(values.deployments)
if (!Number.isInteger(count) || count < 2000) throw new Error(`--deployments ${values.deployments}: give 2000 or more`)
const APP_READS = 20_000
const HTTP_READS = 20_000
const CONNECTIONS = 8

const directory = await mkdtemp(join(tmpdir(), "alien-bench-"))
await using cleanUp = new AsyncDisposableStack()
cleanUp.defer(() => rm(directory, { recursive: true, force: true }))
const file = join(directory, "manager.db")
const filling = performance.now()
const ids = await fillDatabase(file, count)
const filled = (performance.now() - filling) / 1000

const clock = systemClock
const store = await openSqliteStore({ file, clock })
cleanUp.defer(() => store.close())
const logger = createLogger()
logger.level = "silent"
const token = (await ensureAdminToken(store, clock.now())) ?? ""
const artifacts = await openArtifacts(join(directory, "artifacts"))
const platforms = new Platforms({})
const { id: installation } = await store.installation()
const secretKey = new Uint8Array(32)
const planner = new Planner({ store, platforms, clock, installation, secretKey, logger })
cleanUp.defer(() => planner.close())
const app = createApp(
  {
    ...{ store, clock, platforms, artifacts, planner, watched: new Watched(), url: () => "http://127.0.0.1" },
    backups: new Backups({ dataDirectory: directory, installation }),
    sealer: createSealer(secretKey),
    workloadTokens: workloadTokens({ secretKey, installation }),
  },
  logger,
)
const server = await listen(app, { host: "127.0.0.1", port: 0 })
cleanUp.defer(() => server.close())

const random = (from: readonly string[]) => from[Math.floor(Math.random() * from.length)] ?? ""
const pickRandom = (from: readonly string[], reads: number) => Array.from({ length: reads }, () => random(from))
const infoOf = (id: string) => `/v1/deployments/${id}/info`
const headers = { authorization: `Bearer ${token}` }

async function inApp(paths: readonly string[]): Promise<Measured> {
  const times: number[] = []
  const started = performance.now()
  for (const path of paths) {
    const asked = performance.now()
    const response = await app.request(path, { headers })
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`)
    await response.arrayBuffer()
    times.push(performance.now() - asked)
  }
  return summarise({ times, seconds: (performance.now() - started) / 1000 })
}

function overHttp(paths: string[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const workerData = { url: server.url, token, connections: CONNECTIONS, paths }
    const client = new Worker(new URL("./info-client.ts", import.meta.url), { workerData })
    client.once("message", (message) => resolve(summarise(message)))
    client.once("error", reject)
  })
}

async function bareReads(): Promise<Measured> {
  const times: number[] = []
  const started = performance.now()
  for (const id of pickRandom(ids, APP_READS)) {
    const asked = performance.now()
    await Promise.all([store.deployment(id), store.latestRelease("local"), store.endpoints(id)])
    times.push(performance.now() - asked)
  }
  return summarise({ times, seconds: (performance.now() - started) / 1000 })
}

interface Measured {
  perSecond: number
  p50: number
  p99: number
}

function summarise({ times, seconds }: { times: number[]; seconds: number }): Measured {
  const sorted = times.toSorted((left, right) => left - right)
  const at = (share: number) => roundTo3(sorted[Math.floor(sorted.length * share)] ?? 0)
  return { perSecond: Math.round(times.length / seconds), p50: at(0.5), p99: at(0.99) }
}

function roundTo3(value: number): number {
  return Math.round(value * 1000) / 1000
}

const hot = pickRandom(ids, 1000)
await inApp(pickRandom(ids, 2000).map(infoOf)) // Compiled by now.
const bare = await bareReads()
const appHealth = await inApp(Array.from({ length: APP_READS }, () => "/health"))
const appFirst = await inApp(pickRandom(ids, APP_READS).map(infoOf))
await inApp(hot.map(infoOf))
const appWatched = await inApp(pickRandom(hot, APP_READS).map(infoOf))
const httpHealth = await overHttp(Array.from({ length: HTTP_READS }, () => "/health"))
const httpFirst = await overHttp(pickRandom(ids, HTTP_READS).map(infoOf))
await inApp(hot.map(infoOf))
const httpWatched = await overHttp(pickRandom(hot, HTTP_READS).map(infoOf))

const lines = (name: string, { perSecond, p50, p99 }: Measured): [string, number][] => [
  [`${name}, per second`, perSecond],
  [`${name}, p50 ms`, p50],
  [`${name}, p99 ms`, p99],
]
report("info", [
  ["deployments stored", count],
  ["seconds to store them", Math.round(filled * 10) / 10],
  ["app /info watched ÷ bare store reads", roundTo3(appWatched.perSecond / bare.perSecond)],
  ["app /info watched ÷ app /health", roundTo3(appWatched.perSecond / appHealth.perSecond)],
  ["http /info watched ÷ http /health", roundTo3(httpWatched.perSecond / httpHealth.perSecond)],
  ["http /info first ÷ http /info watched", roundTo3(httpFirst.perSecond / httpWatched.perSecond)],
  ...lines("bare store reads", bare),
  ...lines("app /health", appHealth),
  ...lines("app /info watched", appWatched),
  ...lines("app /info first", appFirst),
  ...lines("http /health", httpHealth),
  ...lines("http /info watched", httpWatched),
  ...lines("http /info first", httpFirst),
])
