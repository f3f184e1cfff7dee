import type { ObjectStatus } from "@alienplatform/engine"
import { containerListeners, isLoopback } from "./container-listeners.ts"
import type { ProcessState } from "./protocol.ts"
import { insteadOf, lastWords, silentPorts } from "./status-words.ts"

/**
 * What the program in a container does instead of listening where its engine can reach it; nothing while it listens
 * nowhere and is not late.
 * @param variables those that name each port
 */
export function containerNotListening(
  state: ProcessState,
  variables: readonly (readonly string[])[],
  { isLate }: { isLate: boolean },
): ObjectStatus | undefined {
  const { id = null, ports = [] } = state.container ?? {}
  const found = state.pid === null ? undefined : containerListeners(state.pid)
  const listening = found ?? []
  if (!isLate && listening.length === 0) return undefined
  const silent = silentPorts(state).map((port) => ports[state.ports.indexOf(port)] ?? port)
  const named = silent.map((port) => `${port} (${variables[ports.indexOf(port)]?.[0] ?? "PORT"})`).join(", ")
  const observed = [...new Set(listening.map(({ host, port }) => `${host}:${port}`))].sort()
  const onLoopback = listening.some(({ host, port }) => silent.includes(port) && isLoopback(host))
  return {
    waiting: {
      on: "gate",
      code: "port_not_listening",
      message: `container ${id?.slice(0, 12)} of ${state.owner.node} runs, but does not listen on port ${named}; ${insteadOf(found && observed)}${lastWords(state)}`,
      expected: silent.map((port) => `0.0.0.0:${port}`),
      ...(found ? { observed } : {}),
      fix: onLoopback
        ? "listen on 0.0.0.0, all addresses: nobody outside of the container reaches 127.0.0.1 in it"
        : `make the image's program listen on 0.0.0.0 at port ${silent.join(", ")}, or declare the port that it listens on`,
    },
  }
}
