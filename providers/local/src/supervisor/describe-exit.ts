import type { Exit } from "./protocol.ts"

/** How a run ended, in words that follow the name of the program. */
export const describeExit = ({ code, signal }: Pick<Exit, "code" | "signal">): string =>
  signal ? `was ended by ${signal}` : code === null ? "could not be started" : `exited with ${code}`
