/**
 * How others fare while one client keeps thousands of connections that ask for nothing, or takes thousands of requests
 * back: the gateway, and nginx where it is installed, one after the other.
 *
 *   npm run bench:crowd [-- --connections 4096] [--resets 4000] [--only "bare TCP"]
 *
 * Prints a table and one JSON line. Each proxy has room for as many connections as the crowd takes. A new client is
 * answered after so many ms, refused attempts included; the slowest of a few counts. Linux only: it reads /proc.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer } from "node:http"
import { request } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { type CrowdTarget, IDLE, RESETS } from "./crowd-clients.ts"
import type { FromCrowd, ToCrowd } from "./crowd-process.ts"
import { type ProxyOptions, type StartProxy, startGateway, startNginx } from "./proxies.ts"
import { proxyOptions } from "./proxy-options.ts"
import { report } from "./report.ts"

const HOST = "api.bench.localhost"
const PROXIES: Readonly<Record<string, StartProxy>> = { gateway: startGateway, nginx: startNginx }
/** New clients that try their luck, one after the other. */
const CLIENTS = 5
const GIVE_UP_MS = 60_000
/** The proxy's files, and those of both sides of every connection of the crowd. */
const SPARE_FILES = 1_000

const { values } = parseArgs({
  options: {
    connections: { type: "string", default: "4096" },
    resets: { type: "string", default: "4000" },
    only: { type: "string" },
  },
})
const [connections, resets] = [Number(values.connections), Number(values.resets)]
const kinds = [...Object.keys(IDLE), ...Object.keys(RESETS)].filter((kind) => kind === (values.only ?? kind))
if (kinds.length === 0)
  throw new Error(`--only ${values.only}: give one of ${Object.keys({ ...IDLE, ...RESETS }).join(", ")}`)
await ensureFiles(connections + SPARE_FILES)

const directory = await mkdtemp(join(tmpdir(), "alien-crowd-"))
const app = createServer((_request, response) => response.end("hello, world\n")).listen(0, "127.0.0.1")
try {
  await once(app, "listening")
  const address = app.address()
  const upstream = typeof address === "object" && address ? address.port : 0
  const options = { ...(await proxyOptions({ directory, host: HOST, upstream })), connections }
  const rows: [string, number | string][] = []
  for (const [name, start] of Object.entries(PROXIES))
    for (const kind of kinds) rows.push([`${name}: ${kind}, ms`, await measure(start, options, kind)])
  report("crowd", rows)
} finally {
  app.close()
  app.closeAllConnections()
  await rm(directory, { recursive: true, force: true, maxRetries: 5 })
}

/** A proxy of its own for each crowd, so that none meets what another left. */
async function measure(
  start: StartProxy,
  options: ProxyOptions & { authority: string },
  kind: string,
): Promise<number | string> {
  const own = await mkdtemp(join(directory, "proxy-"))
  const proxy = await start({ ...options, directory: own })
  if (!proxy) return "not installed"
  const target = { host: HOST, port: proxy.port, authority: options.authority }
  const crowd = fork(fileURLToPath(new URL("./crowd-process.ts", import.meta.url)))
  try {
    await ask(target)
    const isReset = kind in RESETS
    crowd.send({ kind, target, count: isReset ? resets : connections } satisfies ToCrowd)
    const done = untilDone(crowd)
    if (isReset) return Math.round(await slowestUntil(target, done))
    await done
    const slowest: number[] = []
    for (let client = 0; client < CLIENTS; client++) slowest.push(await ask(target))
    return Math.round(Math.max(...slowest))
  } finally {
    crowd.kill()
    await proxy.stop()
  }
}

async function untilDone(crowd: ReturnType<typeof fork>): Promise<void> {
  const ended = once(crowd, "exit").then(([code]) => {
    throw new Error(`the crowd's process ended with ${code}`)
  })
  for (;;) {
    const [message]: FromCrowd[] = await Promise.race([once(crowd, "message"), ended])
    if (message === "begun") continue
    ended.catch(() => {})
    return
  }
}

/** The longest wait of clients that come while it lasts, and of one after it. */
async function slowestUntil(target: CrowdTarget, done: Promise<unknown>): Promise<number> {
  let over = false
  const end = done.then(() => {
    over = true
  })
  let slowest = 0
  while (!over) {
    slowest = Math.max(slowest, await ask(target))
    await setTimeout(5)
  }
  await end
  return Math.max(slowest, await ask(target))
}

/** ms until a new client is answered; one that is refused comes again. */
async function ask(target: CrowdTarget): Promise<number> {
  const began = performance.now()
  while (performance.now() - began < GIVE_UP_MS) {
    if (await answers(target)) return performance.now() - began
    await setTimeout(5)
  }
  return GIVE_UP_MS
}

function answers({ host, port, authority }: CrowdTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request({ agent: false, host: "127.0.0.1", port, servername: host, ca: authority, headers: { host } })
    sent.setTimeout(GIVE_UP_MS, () => sent.destroy())
    sent.once("error", () => resolve(false))
    sent.once("response", (response) => {
      response
        .once("error", () => resolve(false))
        .once("end", () => resolve(response.statusCode === 200))
        .resume()
    })
    sent.end()
  })
}

async function ensureFiles(needed: number): Promise<void> {
  const limits = await readFile("/proc/self/limits", "utf8")
  const allowed = Number(/^Max open files +\d+ +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  if (allowed < needed)
    throw new Error(
      `a process may open ${allowed} files here, and ${needed} are needed: raise ulimit -Hn, or give fewer --connections`,
    )
}
