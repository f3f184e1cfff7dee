import { constants } from "node:os"
import type { Exit } from "./protocol.ts"

/** Exit codes above stand for a signal, where whoever tells us was only told a code. */
const SIGNAL_CODES = 128

/** How a run ended, in words that follow the name of the program. `inContainer`: its engine ends what takes too much memory. */
export const describeExit = ({ code, signal }: Pick<Exit, "code" | "signal">, inContainer = false): string => {
  if (signal) return `was ended by ${signal}`
  if (code === null) return inContainer ? "could not be started, or was removed" : "could not be started"
  const name = code > SIGNAL_CODES ? signalName(code - SIGNAL_CODES) : undefined
  if (name === undefined) return `exited with ${code}`
  const memory = inContainer && name === "SIGKILL" ? ", often for taking more than its memory" : ""
  return `exited with ${code} (${name}${memory})`
}

const signalName = (number: number): string | undefined =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0]
