import { signalGroup, spawnChild, takeOver, terminate } from "./child.ts"
import { findHost } from "./find-host.ts"
import { findByMark, killLeftBehind, startTimeOf } from "./identity.ts"
import { ERRORS_VARIABLE } from "./reported-errors.ts"
import type { Runner, RunnerOptions } from "./runner.ts"

/** Runs programs as processes of this machine, each in a group of its own. */
export const processRunner = ({ clock, output }: RunnerOptions): Runner => ({
  async recover({ pid, startTime, mark }) {
    const known = pid ?? (mark === null ? undefined : findByMark(mark))
    const child = known === undefined ? undefined : takeOver(known, startTime ?? startTimeOf(known) ?? "", clock)
    if (child) return { ...child, mark: mark ?? "" }
    killLeftBehind(mark)
    return undefined
  },
  async start({ spec: { command = [], cwd = "/", environment }, mark, listening, errorsFile }) {
    const child = await spawnChild({
      command,
      cwd,
      environment: { ...environment, ...listening, [ERRORS_VARIABLE]: errorsFile },
      mark,
      stdio: output.stdio,
    })
    return { ...child, mark }
  },
  hostOf: ({ pid }, { port }) => findHost(port, pid),
  async end({ pid = 0, startTime, exited, mark }, graceSeconds) {
    await terminate({ pid, startTime, exited }, graceSeconds, clock)
    killLeftBehind(mark)
  },
  async clear({ pid = 0, mark }) {
    signalGroup(pid, "SIGKILL") // What the leader left behind would hold its ports.
    killLeftBehind(mark)
  },
})
