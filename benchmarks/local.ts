/**
 * The local platform: how long until something answers, what the gateway costs beside the app and beside nginx and
 * Caddy where they are installed, and what its processes weigh.
 *
 *   npm run bench:local [-- --only dev,serve,proxies]
 *
 * Prints a table and one JSON line. The proxies get the same app, certificate, connections and requests in turn, each
 * with an access log, and small answers. Linux only: it reads /proc.
 */
import { parseArgs } from "node:util"
import { measureDev } from "./local-dev.ts"
import { measureProxies } from "./local-proxies.ts"
import { measureServe } from "./local-serve.ts"
import { report } from "./report.ts"

type Rows = [string, number | string][]

const PARTS: Readonly<Record<string, () => Promise<Rows>>> = { dev, serve: measureServe, proxies: measureProxies }

const { values } = parseArgs({ options: { only: { type: "string" } } })
const rows: Rows = []
for (const name of values.only?.split(",") ?? Object.keys(PARTS)) {
  const measure = PARTS[name]
  if (!measure) throw new Error(`--only ${name}: give some of ${Object.keys(PARTS).join(", ")}`)
  rows.push(...(await measure()))
}
report("local", rows)

async function dev(): Promise<Rows> {
  const [first, ...later] = await measureDev(3)
  return [
    ["the first time", first] as const,
    ["again", later.toSorted((left, right) => left.answered - right.answered)[0]] as const,
  ].flatMap(([when, start]) =>
    Object.entries(start ?? {}).map(([phase, ms]): [string, number] => [
      `alien dev, ${when}: ${phase}, ms`,
      Math.round(ms),
    ]),
  )
}
