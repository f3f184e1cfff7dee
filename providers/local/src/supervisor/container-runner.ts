import type { Clock } from "@alienplatform/engine"
import { type Container, Containers } from "../docker/containers.ts"
import { Engine } from "../docker/engine.ts"
import { LogCopy } from "../docker/log-copy.ts"
import { isNotFound } from "../errors.ts"
import { containerListeners, isReachedAt, ownPid } from "./container-listeners.ts"
import { forwardToLoopback } from "./forward-to-loopback.ts"
import { keepsConnections } from "./ports.ts"
import type { ContainerSpec, NeighboursSpec } from "./protocol.ts"
import type { Run, RunExit, Runner, RunnerOptions } from "./runner.ts"

/** An engine that does not answer is asked again after this. */
const AGAIN_MS = 1_000

/** Runs a program in a container per run, which outlives us; it is found again by its labels. */
export function containerRunner({ socket }: ContainerSpec, { clock, output, base }: RunnerOptions): Runner {
  const engine = new Engine(socket)
  const containers = new Containers(engine)
  const [, stdout, stderr] = output.stdio

  const runOf = async (id: string, mark: string, neighbours: NeighboursSpec | undefined): Promise<Run> => {
    const { pid } = await containers.inspect(id)
    const descriptors = { stdout, stderr }
    const copy = new LogCopy({ engine, container: id, positionFile: `${base}.position`, descriptors, clock })
    copy.follow()
    const forwarded = neighbours && forwardToLoopback(neighbours, { clock, tell: (text) => output.tell(text) })
    const exited = untilExited(containers, id, clock).then(async (exit) => {
      forwarded?.[Symbol.dispose]()
      await copy.finish()
      return exit
    })
    return { mark, pid: ownPid(pid, { container: id, mark }), startTime: "", container: id, exited }
  }

  return {
    async recover({ spec, mark }) {
      let found: Container | undefined
      for (const container of await containers.ofObject(spec.object)) {
        if (container.mark === mark && container.wasStarted) found = container
        else await containers.remove(container.id)
      }
      return found && runOf(found.id, found.mark, spec.container?.neighbours)
    },
    async start({ spec, mark, ports, listening }) {
      if (!spec.container) throw new Error("the specification names no container")
      // What a fault left behind holds the name and the ports.
      for (const { id } of await containers.ofObject(spec.object)) await containers.remove(id)
      const { id, warnings } = await containers.create(spec.container, {
        object: spec.object,
        owner: spec.owner,
        mark,
        environment: { ...spec.environment, ...listening },
        published: spec.ports.flatMap(({ inside }, index) => (inside ? [{ inside, port: ports[index] ?? 0 }] : [])),
      })
      for (const warning of warnings) output.tell(`the container engine warns: ${warning}`)
      try {
        await containers.start(id)
        return await runOf(id, mark, spec.container.neighbours)
      } catch (error) {
        await containers.remove(id).catch(() => undefined) // The next start finds it.
        throw error
      }
    },
    async hostOf({ pid }, { port, inside = 0 }) {
      const seen = pid === undefined ? undefined : containerListeners(pid)
      // The engine itself accepts connections for a program that does not listen yet.
      const answers = seen ? isReachedAt(inside, seen) : await keepsConnections({ host: "127.0.0.1", port })
      return answers ? "127.0.0.1" : undefined
    },
    async end({ container = "", exited }, graceSeconds, hurry) {
      await untilDone(() => containers.stop(container, graceSeconds), clock, hurry)
      if (!hurry.aborted) await exited
      await untilDone(() => containers.remove(container), clock, hurry)
    },
    async clear({ container = "" }) {
      await untilDone(() => containers.remove(container), clock, AbortSignal.abort())
    },
  }
}

/** Repeats it while the engine does not answer. `hurry`: it is tried once, what is left the next supervisor or start finds. */
async function untilDone(work: () => Promise<void>, clock: Clock, hurry: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (hurry.aborted) return
      if (isNotFound(error)) return
      await clock.until(clock.now() + AGAIN_MS, hurry)
    }
  }
}

/** However often the engine goes away meanwhile. */
async function untilExited(containers: Containers, id: string, clock: Clock): Promise<RunExit> {
  for (;;) {
    try {
      return { code: await containers.wait(id), signal: null }
    } catch (error) {
      // Somebody removed it.
      if (isNotFound(error)) return { code: null, signal: null }
      await clock.until(clock.now() + AGAIN_MS)
    }
  }
}
