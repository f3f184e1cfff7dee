import type { Owner } from "@alienplatform/engine"
import { z } from "zod"
import { absentIfNotFound, isNotFound } from "../errors.ts"
import { MARK_VARIABLE } from "../supervisor/identity.ts"
import type { ContainerSpec } from "../supervisor/protocol.ts"
import type { Engine } from "./engine.ts"
import { labelsOf, OBJECT_LABEL, RUN_LABEL } from "./labels.ts"

/** One run of a workload, as the engine lists it. */
export interface Container {
  id: string
  /** The run that it is. */
  mark: string
  /** False for one that was made and never started. */
  wasStarted: boolean
}

export interface NewContainer {
  object: string
  owner: Owner
  mark: string
  /** The values lie in the engine's record of the container, for whoever may ask the engine. */
  environment: Readonly<Record<string, string>>
  /** Ports of 127.0.0.1 that lead to ports inside. */
  published: readonly { inside: number; port: number }[]
}

const Created = z.object({ Id: z.string(), Warnings: z.array(z.string()).nullish() })
const Listed = z.array(z.object({ Id: z.string(), State: z.string(), Labels: z.record(z.string(), z.string()) }))
const Inspected = z.object({
  Id: z.string(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
  State: z.object({ Running: z.boolean(), Pid: z.int() }),
})
const ImageConfig = z.object({
  Config: z.object({ Healthcheck: z.object({ Test: z.array(z.string()).nullish() }).nullish() }).nullish(),
})
const Waited = z.object({ StatusCode: z.int() })

/** What the engine keeps of a container's output: we copy it, so only what we may miss while we are away. */
const ENGINE_LOG = { Type: "json-file", Config: { "max-size": "20m", "max-file": "2" } }

/** Containers of workloads in one engine. */
export class Containers {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Every container of an object, whether it runs or not. */
  async ofObject(object: string): Promise<Container[]> {
    const filters = JSON.stringify({ label: [`${OBJECT_LABEL}=${object}`] })
    const query = { all: "true", filters }
    const found = await this.#engine.call({ method: "GET", path: "/containers/json", query }, Listed)
    return found.map(({ Id, State, Labels }) => ({
      id: Id,
      mark: Labels[RUN_LABEL] ?? "",
      wasStarted: State !== "created" && State !== "configured",
    }))
  }

  /** Makes it, under another name while somebody else's container has its own. */
  async create(spec: ContainerSpec, given: NewContainer): Promise<{ id: string; warnings: string[] }> {
    try {
      return await this.#create(spec.name, spec, given)
    } catch (error) {
      // Podman has no code of its own for a name that is taken.
      if (!(await this.#isTaken(spec.name))) throw error
      return this.#create(`${spec.name}-${given.mark.slice(0, 8).toLowerCase()}`, spec, given)
    }
  }

  async start(id: string): Promise<void> {
    await this.#engine.tell({ method: "POST", path: `/containers/${id}/start` })
  }

  /** Throws `not_found`. */
  async inspect(id: string): Promise<{ pid: number; running: boolean }> {
    const { State } = await this.#engine.call({ method: "GET", path: `/containers/${id}/json` }, Inspected)
    return { pid: State.Running ? State.Pid : 0, running: State.Running }
  }

  /** Its exit code, once it has ended. Throws `not_found`. */
  async wait(id: string): Promise<number> {
    const path = `/containers/${id}/wait`
    const response = await this.#engine.open({ method: "POST", path, query: { condition: "not-running" } })
    let text = ""
    for await (const chunk of response) text += chunk
    return Waited.parse(JSON.parse(text)).StatusCode
  }

  /** Its stop signal, `graceSeconds`, SIGKILL. */
  async stop(id: string, graceSeconds: number): Promise<void> {
    const query = { t: String(Math.ceil(graceSeconds)) }
    const response = await this.#engine.open({ method: "POST", path: `/containers/${id}/stop`, query })
    for await (const _ of response);
  }

  /** With its unnamed volumes, whether it runs or not. */
  async remove(id: string): Promise<void> {
    const query = { force: "true", v: "true" }
    await this.#engine.tell({ method: "DELETE", path: `/containers/${id}`, query }).catch(absentIfNotFound)
  }

  async #create(name: string, spec: ContainerSpec, given: NewContainer) {
    const { object, owner, mark, environment, published } = given
    const { image, network, alias, command, memoryBytes, cpus, neighbours, files = {} } = spec
    const body = {
      Image: image,
      ...(command ? { Cmd: command } : {}),
      Env: Object.entries({ ...environment, [MARK_VARIABLE]: mark }).map(([key, value]) => `${key}=${value}`),
      Labels: { ...labelsOf(owner), [OBJECT_LABEL]: object, [RUN_LABEL]: mark },
      ExposedPorts: Object.fromEntries(published.map(({ inside }) => [`${inside}/tcp`, {}])),
      // We ask what the resource declares, everywhere alike. Podman wants systemd for any check, even for none.
      ...((await this.#hasHealthcheck(image)) ? { Healthcheck: { Test: ["NONE"] } } : {}),
      HostConfig: {
        NetworkMode: network,
        PortBindings: Object.fromEntries(
          published.map(({ inside, port }) => [`${inside}/tcp`, [{ HostIp: "127.0.0.1", HostPort: String(port) }]]),
        ),
        Memory: memoryBytes,
        ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
        ...(neighbours ? { ExtraHosts: neighbours.hosts.map((host) => `${host}:${neighbours.address}`) } : {}),
        Mounts: Object.entries(files).map(([Target, Source]) => ({ Type: "bind", Source, Target, ReadOnly: true })),
        LogConfig: ENGINE_LOG,
        // We start it again ourselves, and count.
        RestartPolicy: { Name: "no" },
      },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [alias] } } },
    }
    const call = { method: "POST", path: "/containers/create", query: { name }, body } as const
    const { Id, Warnings } = await this.#engine.call(call, Created)
    return { id: Id, warnings: Warnings ?? [] }
  }

  async #hasHealthcheck(image: string): Promise<boolean> {
    const { Config } = await this.#engine.call({ method: "GET", path: `/images/${image}/json` }, ImageConfig)
    return (Config?.Healthcheck?.Test?.length ?? 0) > 0
  }

  async #isTaken(name: string): Promise<boolean> {
    try {
      await this.inspect(name)
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }
}
