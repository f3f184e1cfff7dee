import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { AlienError, type ErrorJson, problem } from "@alienplatform/core/error"
import { interrupted } from "../manager/poll.ts"

const PROCESS = fileURLToPath(new URL("./stack-process.ts", import.meta.url))

/** A message from the process of a stack's file: the stack, an error of ours, or what the file threw. */
export type StackMessage =
  | { stack: unknown }
  | { error: ErrorJson }
  | { thrown: { text: string; stack?: string | undefined } }

/**
 * Runs the bundled module of a stack's file in another process and returns what it exports, unchecked. What the file
 * prints goes to stderr. The process never outlives the answer, `signal` or this process.
 * @param whereThrown finds the place in the sources from the stack trace of what the file threw
 * @throws `stack_file_failed` when the file throws or ends its process, `interrupted`, or an error of ours from the
 * file
 */
export async function runStack(
  module: string,
  file: string,
  whereThrown: (stack: string) => string | undefined,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (signal?.aborted) throw interrupted()
  const child = fork(PROCESS, [module, file], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", 2, 2, "pipe", "ipc"],
  })
  const kill = () => child.kill("SIGKILL")
  signal?.addEventListener("abort", kill)
  let sent: unknown
  child.once("message", (message) => {
    sent = message
    // Timers and sockets of the file end here.
    kill()
  })
  try {
    const [code, by] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null]
    if (signal?.aborted || by === "SIGINT" || by === "SIGTERM" || by === "SIGHUP") throw interrupted()
    const message = messageOf(sent)
    if (message === undefined)
      throw problem("stack_file_failed", {
        message: `${file} ended its process ${by ? `by ${by}` : `with exit code ${code}`} before it exported a stack`,
        hint: "let it throw an error or export the stack, without process.exit",
      })
    if ("thrown" in message) {
      const where = message.thrown.stack && whereThrown(message.thrown.stack)
      throw problem("stack_file_failed", { message: `${where || file}: ${message.thrown.text}` })
    }
    if ("error" in message) throw alienError(message.error)
    return message.stack
  } finally {
    signal?.removeEventListener("abort", kill)
  }
}

/** Checks a message from the process, because the file itself may send some too; undefined for any other. */
function messageOf(sent: unknown): StackMessage | undefined {
  const { stack, error, thrown } = record(sent)
  if (stack !== undefined) return { stack }
  const { text, stack: trace } = record(thrown)
  if (typeof text === "string") return { thrown: { text, stack: typeof trace === "string" ? trace : undefined } }
  const { code, message, hint, context } = record(error)
  if (typeof code !== "string" || !/^[a-z][a-z0-9_]*$/.test(code) || typeof message !== "string") return undefined
  const details = {
    ...(typeof hint === "string" ? { hint } : {}),
    ...(typeof context === "object" && context !== null ? { context: { ...context } } : {}),
  }
  return { error: { code, message, retryable: false, internal: false, ...details } }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {}

const alienError = ({ code, ...details }: ErrorJson): AlienError => new AlienError(code, details)
