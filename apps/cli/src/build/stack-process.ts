/**
 * A process of its own for a stack's file, started by run-stack.ts: whatever the file does, the command stays free to
 * end it. Arguments: the bundled module, and the file that it was made of, for messages. Answers with one `StackMessage`.
 */

import { pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"
import { AlienError } from "@alienplatform/core"
import { exportedStack } from "./exported-stack.ts"
import type { StackMessage } from "./run-stack.ts"

const [module = "", file = ""] = process.argv.slice(2)

// A thread of its own, because the file may never give this one back.
const watch = new Worker(new URL("./end-with-parent.ts", import.meta.url))
await new Promise((resolve) => watch.once("online", resolve))
watch.unref()

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
