import { Hono } from "hono"
import { pino } from "pino"
import { expect, test } from "vitest"
import type { Env } from "./app-types.ts"
import { requestLog } from "./request-log.ts"

/** The lines that requests leave in a log at the level `info`. */
async function linesOf(...requests: [method: string, path: string][]) {
  const lines: { method: string; path: string; status: number }[] = []
  const app = new Hono<Env>()
  app.use(requestLog(pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) })))
  app.all("/there", (c) => c.text("ok"))
  for (const [method, path] of requests) await app.request(path, { method })
  return lines.map(({ method, path, status }) => `${method} ${path} ${status}`)
}

test("it tells of changes and of what was refused, not of reads that were answered", async () => {
  const lines = await linesOf(["GET", "/there"], ["HEAD", "/there"], ["POST", "/there"], ["GET", "/gone"])
  expect(lines).toEqual(["POST /there 200", "GET /gone 404"])
})
