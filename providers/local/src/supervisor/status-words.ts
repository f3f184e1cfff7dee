import type { ProcessState } from "./protocol.ts"

/** Loopback ports of a process that nobody answers at; all of them while none was asked yet. */
export const silentPorts = ({ silent, ports }: ProcessState): readonly number[] => (silent.length > 0 ? silent : ports)

/** Where a program listens in place of where it should. */
export function insteadOf(observed: readonly string[] | undefined): string {
  if (observed === undefined) return "where it listens is unknown on this system"
  return observed.length === 0 ? "it listens nowhere" : `it listens on ${observed.join(", ")}`
}

/** What it wrote last, as the end of a message. */
export const lastWords = ({ lastLines }: ProcessState): string =>
  lastLines.length === 0
    ? "; it wrote nothing"
    : `; its last lines:\n${lastLines.map((line) => `  ${line}`).join("\n")}`
