import { spawn } from "node:child_process"
import { once } from "node:events"
import { request } from "node:http"
import { createServer } from "node:net"
import { setTimeout } from "node:timers/promises"

const POLL_MS = 3
const START_TIMEOUT_MS = 30_000

/** Measures how long a program takes from its spawn to its first HTTP answer at `PORT`, in ms, and ends it. */
export async function bareStart(program: string, args: readonly string[]): Promise<number> {
  const port = await unusedPort()
  const began = performance.now()
  const child = spawn(program, args, { env: { PATH: process.env.PATH, PORT: String(port) }, stdio: "ignore" })
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null || performance.now() - began > START_TIMEOUT_MS)
        throw new Error(`${program} ${args.join(" ")} does not answer (exit code ${child.exitCode})`)
      await setTimeout(POLL_MS)
    }
    return performance.now() - began
  } finally {
    const ended = child.exitCode === null ? once(child, "exit") : undefined
    child.kill("SIGKILL")
    await ended
  }
}

export async function unusedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === "object" && address ? address.port : 1
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const sent = request({ host: "127.0.0.1", port, agent: false }, (response) => {
      response.resume()
      resolve(true)
    })
    sent.on("error", () => resolve(false))
    sent.end()
  })
