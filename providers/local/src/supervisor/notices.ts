import type { Notice } from "@alienplatform/engine"
import type { ProcessState } from "./protocol.ts"

/** Without a new one for so long they are told no more; their log lines stay. */
const TOLD_FOR_MS = 60 * 60 * 1000

/** What people should know of a deployment's processes although they serve. */
export const noticesOf = (states: readonly ProcessState[], deployment: string, now: number): Notice[] =>
  states
    .filter(({ owner, status }) => owner.deployment === deployment && status !== "draining" && status !== "stopping")
    .flatMap(({ owner: { node }, errors }): Notice[] => {
      if (errors === null || now - errors.lastAt >= TOLD_FOR_MS) return []
      const { count, firstAt, lastAt, last } = errors
      const times = count === 1 ? "an error that nobody caught" : `${count} errors that nobody caught`
      return [
        {
          node,
          code: "unhandled_errors",
          message: `${node} goes on after ${times} since ${isoTime(firstAt)}; the last one: ${last}`,
          observed: { count, lastAt: isoTime(lastAt), last },
          fix: "see `alien logs` for the stack; await the promise, or catch the error",
        },
      ]
    })

const isoTime = (ms: number): string => new Date(ms).toISOString()
