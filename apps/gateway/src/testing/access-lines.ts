import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { vi } from "vitest"
import type { TestGateway } from "./test-gateway.ts"

/** The access log of a resource of deployment `dep_a`, so far. */
export async function linesOf(gateway: TestGateway, resource: string): Promise<Record<string, unknown>[]> {
  const file = join(gateway.directory, "logs", "dep_a", resource, "access.ndjson")
  const text = await readFile(file, "utf8").catch(() => "")
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]))
}

/** Waits until a resource's access log has `count` lines, and returns them. */
export const untilLines = (gateway: TestGateway, resource: string, count: number) =>
  vi.waitUntil(async () => {
    const lines = await linesOf(gateway, resource)
    return lines.length >= count && lines
  })
