/**
 * `node main.ts <data directory> <socket path>`: the one process that owns all workloads and the gateway of a data
 * directory. It is started detached, outlives the manager and ends by POST /shutdown only. A second one exits with 0.
 */

import { join, resolve } from "node:path"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import { systemClock } from "@alienplatform/engine"
import { keepSocket } from "./keep-socket.ts"
import { takeLock } from "./lock.ts"
import { serve } from "./server.ts"
import { Supervisor } from "./supervisor.ts"

const [dataDirectory, socket] = process.argv.slice(2)
if (!dataDirectory || !socket) {
  process.stderr.write("usage: supervisor <data directory> <socket path>\n")
  process.exit(2)
}

// Whoever started it tells the last line of what it writes.
process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.stack}\n${error.message}\n`)
  process.exit(1)
})

const directory = join(resolve(dataDirectory), "run")
makeDirectorySync(directory, 0o700)

const lock = takeLock(join(directory, "supervisor.lock"))
if (!lock) process.exit(0)

process.on("SIGHUP", () => undefined)
process.on("SIGINT", () => undefined)

const supervisor = new Supervisor({ directory, clock: systemClock })
for (const name of supervisor.recover())
  process.stderr.write(`${join(directory, name)} is not a process record; left alone\n`)

let ending = false
const over = new AbortController()
const server = await serve(supervisor, socket, async () => {
  if (ending) return
  ending = true
  await supervisor.shutdown()
  over.abort()
  server.close()
  lock.close()
  process.exit(0)
})
await keepSocket(server, socket, systemClock, over.signal)
