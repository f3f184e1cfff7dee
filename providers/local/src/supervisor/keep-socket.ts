import { chmodSync, lstatSync, rmSync } from "node:fs"
import type { Server } from "node:http"
import { dirname } from "node:path"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import type { Clock } from "@alienplatform/engine"

const LOOK_MS = 2_000

/** Listens on a Unix socket that only its user can open, in the place of whatever lies there. */
export async function listenOn(server: Server, socket: string): Promise<void> {
  makeDirectorySync(dirname(socket), 0o700)
  rmSync(socket, { force: true }) // What a killed supervisor left.
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(socket, () => {
      server.off("error", reject)
      resolve()
    })
  })
  chmodSync(socket, 0o600)
}

/**
 * Listens again when the file of the socket was removed or replaced: systems clear temporary and runtime directories,
 * and a supervisor that holds the lock but cannot be called would block its data directory. Ends with `signal`.
 */
export async function keepSocket(server: Server, socket: string, clock: Clock, signal: AbortSignal): Promise<void> {
  let own = identityOf(socket)
  let told = false
  for (;;) {
    await clock.until(clock.now() + LOOK_MS, signal)
    if (signal.aborted) return
    if (own !== undefined && identityOf(socket) === own) continue
    try {
      server.close() // Calls under way end well.
      await listenOn(server, socket)
      own = identityOf(socket)
      told = false
    } catch (error) {
      own = undefined
      if (!told) process.stderr.write(`cannot listen on ${socket}, tried again: ${(error as Error).message}\n`)
      told = true
    }
  }
}

function identityOf(socket: string): string | undefined {
  const found = lstatSync(socket, { throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}:${found.ctimeMs}`
}
