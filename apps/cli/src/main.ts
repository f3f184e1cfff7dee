import { setTimeout } from "node:timers/promises"
import type { Context } from "./context.ts"
import { EXIT } from "./exit-code.ts"
import { homeOf } from "./home.ts"
import { InterruptHandler } from "./interrupt.ts"
import { run } from "./program.ts"
import { readAll } from "./read-all.ts"

const interrupts = new InterruptHandler(Date.now, () => process.exit(EXIT.interrupted))
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupts.press())

// bin/alien holds the other end. It only goes before us when it is killed, and then so must we be.
if (process.channel) {
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"))
  process.channel.unref()
}

// A reader that has seen enough (`alien list | head -1`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A terminal that was closed sends SIGHUP too, which ends it in order.
  if (error.code === "EIO") return
  if (error.code !== "EPIPE") throw error
  process.exit(EXIT.ok)
})

const context: Context = {
  env: process.env,
  cwd: process.cwd(),
  home: homeOf(process.env),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  fetch,
  now: Date.now,
  sleep: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}).catch(() => {}),
  confirm: async (message) => {
    const prompts = await import("@clack/prompts")
    const answer = await prompts.confirm({ message, initialValue: false })
    return typeof answer === "boolean" ? answer : undefined
  },
  askSecret: async (message) => {
    const prompts = await import("@clack/prompts")
    const answer = await prompts.password({ message })
    return typeof answer === "string" ? answer : undefined
  },
  readStdin: () => readAll(process.stdin),
  openUrl: async (url) => (await import("./open-url.ts")).openUrl(url, process),
  runProgram: async (program, args, capture) => {
    const { runProgram } = await import("./run-program.ts")
    return runProgram(program, args, { env: process.env, capture, signal: interrupts.signal })
  },
  interrupts,
}

process.exitCode = await run(process.argv.slice(2), context)
