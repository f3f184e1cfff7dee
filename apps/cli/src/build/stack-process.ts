/**
 * A process of its own for a stack's file, started by run-stack.ts: whatever the file does, the command stays free to
 * end it. Arguments: the bundled module, and the file that it was made of, for messages. Answers with one `StackMessage`.
 */

import { once } from "node:events"
import { flushCompileCache } from "node:module"
import { pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"
import type { StackMessage } from "./run-stack.ts"

const [module = "", file = ""] = process.argv.slice(2)

// A thread of its own, because the file may never give this one back.
const watch = new Worker(new URL("./end-with-parent.ts", import.meta.url))
const watching = once(watch, "online")
const { AlienError } = await import("@alienplatform/core")
const { exportedStack } = await import("./exported-stack.ts")
await watching
watch.unref()

// It ends by being killed, and what comes now is another file each time.
flushCompileCache()
delete process.env.NODE_COMPILE_CACHE

process.send?.(await answer())

async function answer(): Promise<StackMessage> {
  try {
    const { default: exported } = await import(pathToFileURL(module).href)
    return { stack: exportedStack(exported, file) }
  } catch (error) {
    if (error instanceof AlienError) return { error: error.toJSON() }
    const stack = error instanceof Error ? error.stack : undefined
    return { thrown: { text: String(error), ...(stack === undefined ? {} : { stack }) } }
  }
}
