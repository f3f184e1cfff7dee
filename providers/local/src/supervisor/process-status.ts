import type { ObjectStatus } from "@alienplatform/engine"
import { containerNotListening } from "./container-status.ts"
import { describeExit } from "./describe-exit.ts"
import { listeningAddresses } from "./listening.ts"
import type { ProcessState } from "./protocol.ts"
import { insteadOf, lastWords, silentPorts } from "./status-words.ts"

/** A program may take so long to listen before people are told that it does not. */
const LISTEN_WITHIN_MS = 30_000
/** One that listens on the port that it is declared with has not looked for the other; it may be about to open more. */
const DECLARED_WITHIN_MS = 1_000
/** One that listens elsewhere by then has most likely not looked for its port. */
const ELSEWHERE_WITHIN_MS = 5_000

/** What a program is told of its ports, in their order. */
export interface ToldPorts {
  /** Those that name each. */
  variables: readonly (readonly string[])[]
  /** What each is in the stack; on this machine it gets another one. Empty where that is not known. */
  declared?: readonly number[]
}

/**
 * What the supervisor says of a process, in the engine's words.
 * @param observe where a process group listens
 */
export function statusOf(
  state: ProcessState,
  told: ToldPorts,
  now: number,
  observe: typeof listeningAddresses = listeningAddresses,
): ObjectStatus {
  if (state.crashLoop && LOOPING.includes(state.status)) return { broken: { ...whyEnded(state), heal: "none" } }
  if (state.status === "running") return "settled"
  if (state.status === "backoff") return { waiting: { on: "gate", ...whyEnded(state) } }
  if (state.status !== "starting" || state.startedAt === null) return "changing"
  const age = now - state.startedAt
  if (age < DECLARED_WITHIN_MS) return "changing"
  if (state.container) {
    if (age < ELSEWHERE_WITHIN_MS) return "changing"
    return containerNotListening(state, told.variables, { isLate: age >= LISTEN_WITHIN_MS }) ?? "changing"
  }
  const observed = state.pid === null ? undefined : observe(state.pid)
  const isLate =
    age >= LISTEN_WITHIN_MS ||
    declaredOnes(state, told, observed).length > 0 ||
    (age >= ELSEWHERE_WITHIN_MS && listensElsewhere(state, observed))
  return isLate ? notListening(state, told, observed) : "changing"
}

/** Declared ports of silent ones on which it listens instead. */
const declaredOnes = (state: ProcessState, { declared = [] }: ToldPorts, observed: readonly string[] = []): number[] =>
  silentPorts(state).flatMap((port) => {
    const own = declared[state.ports.indexOf(port)]
    const isOther = own !== undefined && !state.ports.includes(own)
    return isOther && observed.some((address) => address.endsWith(`:${own}`)) ? [own] : []
  })

/** Somewhere that it was not told to: at another port, or at its own where the gateway does not look for it. */
const listensElsewhere = (state: ProcessState, observed: readonly string[] = []): boolean =>
  observed.some((address) => !state.ports.some((port) => address.endsWith(`:${port}`))) ||
  silentPorts(state).some((port) => atPort(port, observed).length > 0)

/** Addresses of a port that nobody answers at on loopback. */
const atPort = (port: number, observed: readonly string[] = []): string[] =>
  observed.filter((address) => address.endsWith(`:${port}`) && !REACHED.some((host) => address === `${host}:${port}`))

/** Addresses on which a listening program is about to be found. */
const REACHED = ["127.0.0.1", "0.0.0.0", "[::1]", "[::]"]

function notListening(state: ProcessState, told: ToldPorts, observed: readonly string[] | undefined): ObjectStatus {
  const silent = silentPorts(state)
  const expected = silent.map((port) => `127.0.0.1:${port}`)
  const named = silent.map((port) => told.variables[state.ports.indexOf(port)]?.[0] ?? "PORT")
  const missing = expected.map((address, index) => `${address} (${named[index]})`).join(", ")
  return {
    waiting: {
      on: "gate",
      code: "port_not_listening",
      message: `process ${state.pid} of ${state.owner.node} runs, but does not listen on ${missing}; ${insteadOf(observed)}${lastWords(state)}`,
      expected,
      ...(observed === undefined ? {} : { observed: [...observed] }),
      fix: remedy(silent, named, observed) + instead(declaredOnes(state, told, observed)),
    },
  }
}

/** What to change follows from where it listens: the port may be right, and the address wrong. */
function remedy(silent: readonly number[], variables: readonly string[], observed: readonly string[] | undefined) {
  const hosts = silent.flatMap((port) => atPort(port, observed)).map((address) => address.replace(/:\d+$/, ""))
  const every = silent.every((port) => atPort(port, observed).length > 0)
  if (every) return `listen on 127.0.0.1 (or ::1, or all addresses), not on ${[...new Set(hosts)].join(", ")} alone`
  return variables.length === 1
    ? `listen on the port that the environment variable ${variables[0]} names`
    : `listen on the ports that the environment variables ${variables.join(", ")} name`
}

function instead(declared: readonly number[]): string {
  if (declared.length === 0) return ""
  const [what, who] =
    declared.length === 1 ? ["is the declared port", "it has"] : ["are the declared ports", "they have"]
  return `; ${declared.join(", ")} ${what}, for which ${who} another number on this machine`
}

/** What a program that exits again and again may be doing at the moment. */
const LOOPING: readonly ProcessState["status"][] = ["starting", "running", "backoff"]

const whyEnded = (state: ProcessState) =>
  ({ code: state.unhealthy === null ? "workload_crashed" : "workload_unhealthy", message: ended(state) }) as const

function ended(state: ProcessState): string {
  const { exit, unhealthy, restarts, owner, container } = state
  const exited = exit ? describeExit(exit, container !== null) : "exited"
  const how = unhealthy === null ? exited : `failed its health check and was stopped: ${unhealthy}`
  return `${owner.node} ${how} (${restarts} ${restarts === 1 ? "exit" : "exits"} so far)${whatNext(state)}${lastWords(state)}`
}

function whatNext({ restartAt, stableAt }: ProcessState): string {
  if (restartAt !== null) return `, is started again at ${new Date(restartAt).toISOString()}`
  return stableAt === null
    ? ""
    : `; it runs again, and counts as well if it still does at ${new Date(stableAt).toISOString()}`
}
