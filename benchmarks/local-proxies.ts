import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import type { Lane, Target } from "./lane.ts"
import { startLoad } from "./load.ts"
import { percentile, round } from "./numbers.ts"
import { cpuSeconds } from "./processes.ts"
import { type StartProxy, startCaddy, startGateway, startNginx } from "./proxies.ts"
import { proxyOptions } from "./proxy-options.ts"

const HOST = "api.bench.localhost"
const CONNECTIONS = 32
/** HTTP/2 connections: with their streams as many requests under way as over HTTP/1.1. */
const HTTP2_CONNECTIONS = 4
const WARM_MS = 1_000
const MEASURE_MS = 2_500

const PROXIES: Readonly<Record<string, StartProxy>> = { gateway: startGateway, nginx: startNginx, Caddy: startCaddy }

interface Measured {
  perSecond: number
  p99: number
  /** CPU time of the proxy per request, in µs; undefined without a proxy. */
  cpu?: number
}

/** Measures small answers through each proxy, and from the same app directly; returns rows of the report. */
export async function measureProxies(): Promise<[string, number | string][]> {
  const directory = await mkdtemp(join(tmpdir(), "alien-bench-"))
  const app = fork(fileURLToPath(new URL("./upstream.ts", import.meta.url)))
  try {
    const [upstream]: number[] = await once(app, "message")
    const options = await proxyOptions({ directory, host: HOST, upstream: upstream ?? 0 })
    const direct = await measure({
      protocol: "http/1.1",
      url: `http://${HOST}`,
      address: "127.0.0.1",
      port: options.upstream,
    })
    const rows: [string, number | string][] = [["app asked directly, requests/s", Math.round(direct.perSecond)]]
    const gateway: Partial<Record<Target["protocol"], Measured>> = {}
    for (const [name, start] of Object.entries(PROXIES)) {
      const proxy = await start(options)
      if (!proxy) {
        rows.push([`gateway ÷ ${name}`, "not installed"])
        continue
      }
      try {
        for (const protocol of ["http/1.1", "h2"] as const) {
          const { port, pid } = proxy
          const url = `https://${HOST}:${port}`
          const { authority } = options
          const measured = await measure({ protocol, url, address: "127.0.0.1", port, authority }, pid)
          const own = name === "gateway" ? measured : gateway[protocol]
          gateway[protocol] ??= measured
          rows.push(...rowsOf(name, protocol, measured, own ?? measured))
          if (name === "gateway")
            rows.push([`gateway ÷ app, ${protocol}`, round(measured.perSecond / direct.perSecond)])
        }
      } finally {
        await proxy.stop()
      }
    }
    return rows
  } finally {
    app.disconnect()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

function rowsOf(name: string, protocol: string, it: Measured, gateway: Measured): [string, number][] {
  const ratio: [string, number][] =
    it === gateway
      ? []
      : [
          [`gateway ÷ ${name}, ${protocol}`, round(gateway.perSecond / it.perSecond)],
          [`CPU per request, ${name} ÷ gateway, ${protocol}`, round((it.cpu ?? 0) / (gateway.cpu ?? 1))],
        ]
  return [
    ...ratio,
    [`${name}, ${protocol}, requests/s`, Math.round(it.perSecond)],
    [`${name}, ${protocol}, p99 ms`, round(it.p99)],
    [`${name}, ${protocol}, µs CPU per request`, Math.round(it.cpu ?? 0)],
  ]
}

async function measure(target: Target, pid?: number): Promise<Measured> {
  const size =
    target.protocol === "h2"
      ? { connections: HTTP2_CONNECTIONS, streams: CONNECTIONS / HTTP2_CONNECTIONS }
      : { connections: CONNECTIONS }
  const lane: Lane = { name: "bench", target, ...size }
  const load = await startLoad([lane])
  await setTimeout(WARM_MS)
  const cpu = async () => (pid === undefined ? 0 : await cpuSeconds(pid))
  const now = () => performance.timeOrigin + performance.now()
  const [began, before] = [now(), await cpu()]
  await setTimeout(MEASURE_MS)
  const [ended, after] = [now(), await cpu()]
  const { at, ms, failed } = (await load.stop()).bench ?? { at: [], ms: [], failed: {} }
  if (Object.keys(failed).length > 0) throw new Error(`${target.url}: ${JSON.stringify(failed)}`)
  const taken = [...ms].filter((time, index) => {
    const answered = (at[index] ?? 0) + time
    return answered >= began && answered < ended
  })
  return {
    perSecond: (taken.length * 1000) / (ended - began),
    p99: percentile(taken, 0.99),
    ...(pid === undefined ? {} : { cpu: ((after - before) * 1e6) / taken.length }),
  }
}
