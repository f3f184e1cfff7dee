import { rename, rm, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { dirname, join } from "node:path"
import { systemClock } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { z } from "zod"
import { eventually, temporaryDirectory } from "../testing/temporary.ts"
import { unixCall } from "../unix-http.ts"
import { keepSocket, listenOn } from "./keep-socket.ts"

test("it listens again when its socket, or the directory of it, vanished or was replaced", async () => {
  await using directory = await temporaryDirectory()
  const socket = join(directory.path, "sockets", "supervisor.sock")
  const other = join(directory.path, "other")
  const server = createServer((_, response) => response.end('"here"'))
  await listenOn(server, socket)
  const over = new AbortController()
  const clock = {
    ...systemClock,
    until: (_: number, signal?: AbortSignal) => systemClock.until(Date.now() + 5, signal),
  }
  const keeping = keepSocket(server, socket, clock, over.signal)
  const call = () =>
    unixCall({ socketPath: socket, peer: "it", method: "GET", path: "/", answer: z.string() }).catch(() => undefined)
  try {
    const losses = [
      () => rm(socket),
      () => rm(dirname(socket), { recursive: true, force: true, maxRetries: 10, retryDelay: 10 }),
      () => writeFile(other, "").then(() => rename(other, socket)),
    ]
    for (const lose of losses) {
      expect(await call()).toBe("here")
      await lose()
      await eventually(call, (answer) => answer === "here")
      expect((await stat(socket)).mode & 0o777).toBe(0o600)
    }
  } finally {
    over.abort()
    await keeping
    server.close()
  }
})
