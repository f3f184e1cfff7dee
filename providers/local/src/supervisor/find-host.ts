import type { LoopbackHost } from "../loopback.ts"
import { listeningAddresses } from "./listening.ts"
import { accepts } from "./ports.ts"

/**
 * The address at which the processes of a group answer on a port; nothing while they do not. On 127.0.0.1 a program
 * that finds its port taken ends, but one that does not care for ::1 never sees who else is there: where the system
 * tells whose a socket is, it has to be theirs.
 */
export async function findHost(port: number, group: number | undefined): Promise<LoopbackHost | undefined> {
  if (await accepts({ host: "127.0.0.1", port })) return "127.0.0.1"
  if (group === undefined || !(await accepts({ host: "::1", port }))) return undefined
  // One that listens on both has begun to meanwhile.
  if (await accepts({ host: "127.0.0.1", port })) return "127.0.0.1"
  const theirs = listeningAddresses(group)
  const isTheirs = theirs === undefined || theirs.includes(`[::1]:${port}`) || theirs.includes(`[::]:${port}`)
  return isTheirs ? "::1" : undefined
}
