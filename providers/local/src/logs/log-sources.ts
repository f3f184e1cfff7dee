import { readdirSync } from "node:fs"
import { join } from "node:path"
import type { LogQuery } from "@alienplatform/engine"
import { type OpenLog, openLog } from "./open-log.ts"

/** `<incarnation>.ndjson` and `<incarnation>-<replica>.ndjson` of workloads, `access.ndjson` of the gateway. */
const FILE = /^(?<log>(?<incarnation>\d+)(?:-(?<replica>\d+))?|access)\.ndjson(?:\.\d)?$/

/** A log and whose it is. */
export interface LogSource {
  resource: string
  replica: number
  /** 0: the gateway's, which knows no incarnations. */
  incarnation: number
  log: OpenLog
}

/** Every log that the query asks for, in a fixed order. */
export function sourcesOf(
  dataDirectory: string,
  { deployment, resource, access }: Pick<LogQuery, "deployment" | "resource" | "access">,
): Disposable & { list: LogSource[] } {
  const list: LogSource[] = []
  const close = () => {
    for (const { log } of list) log[Symbol.dispose]()
  }
  // A name from outside never becomes a path: it is compared with what is there.
  const logs = join(dataDirectory, "logs")
  const directory = namesIn(logs).includes(deployment) ? join(logs, deployment) : undefined
  const resources = directory === undefined ? [] : namesIn(directory)
  try {
    for (const name of resources.filter((one) => resource === undefined || one === resource.toLowerCase()))
      for (const source of logsIn(join(directory ?? "", name), access)) list.push({ resource: name, ...source })
  } catch (error) {
    close()
    throw error
  }
  return { list, [Symbol.dispose]: close }
}

function* logsIn(directory: string, access: boolean): Generator<Omit<LogSource, "resource">> {
  const seen = new Set<string>()
  for (const name of namesIn(directory)) {
    const { log, incarnation = 0, replica = 1 } = FILE.exec(name)?.groups ?? {}
    if (log === undefined || seen.has(log) || (log === "access" && !access)) continue
    seen.add(log)
    yield {
      replica: Number(replica),
      incarnation: Number(incarnation),
      log: openLog(join(directory, `${log}.ndjson`)),
    }
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch {
    return [] // Nothing has run there yet.
  }
}
