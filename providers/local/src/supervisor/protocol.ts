import { z } from "zod"
import { LOOPBACK_HOSTS } from "../loopback.ts"
import { ReportedErrors } from "./reported-errors.ts"

/** A request that a healthy program answers with 2xx or 3xx, every five seconds. */
export const HealthSpec = z.strictObject({
  method: z.string(),
  path: z.string(),
  /** Index in the process's ports. */
  at: z.int().nonnegative(),
  timeoutSeconds: z.number().positive(),
  /** Failures in a row after which the program is stopped and started again. */
  failureThreshold: z.int().positive(),
})
export type HealthSpec = z.infer<typeof HealthSpec>

/** Until when requests under way hold up the stop of a process that is removed. */
export const DrainSpec = z.strictObject({
  /** At most. */
  seconds: z.number().nonnegative(),
  /** Control socket of the gateway, which counts what is under way. */
  gatewaySocket: z.string(),
  /** The gateway's table: a resource that nothing in it leads to any more is not waited for. */
  routesFile: z.string(),
})
export type DrainSpec = z.infer<typeof DrainSpec>

/** Where a container finds what lies on this machine's loopback under names that it knows. */
export const NeighboursSpec = z.strictObject({
  /** The machine's own address on the container's network. */
  address: z.string(),
  /** Names that lead there from inside. */
  hosts: z.array(z.string()),
  /** Of the machine's loopback, and of that address for it. */
  ports: z.array(z.int().min(1).max(65_535)),
})
export type NeighboursSpec = z.infer<typeof NeighboursSpec>

/** How a program runs in a container of this machine's engine, which speaks the Docker Engine API. */
export const ContainerSpec = z.strictObject({
  /** Unix socket of the engine. */
  socket: z.string(),
  /** Id of the image, `sha256:…`. */
  image: z.string(),
  /** Of the container; another one is taken while somebody else's has it. */
  name: z.string(),
  /** Other containers of its network find it by this name. */
  alias: z.string(),
  /** Name of the bridge network. */
  network: z.string(),
  /** In place of the image's CMD; its ENTRYPOINT stays. */
  command: z.array(z.string()).optional(),
  /** Ended by the engine when it takes more. */
  memoryBytes: z.int().positive(),
  /** Absent: no limit. */
  cpus: z.number().positive().optional(),
  neighbours: NeighboursSpec.optional(),
  /** Files of this machine that it can read, by their paths inside. */
  files: z.record(z.string(), z.string()).optional(),
})
export type ContainerSpec = z.infer<typeof ContainerSpec>

/** Environment and ports of a process to be kept running. HTTP/1.1 with JSON over a Unix socket. */
export const ProcessSpec = z.strictObject({
  /** `obj_…` of the engine's row: a PUT of the same object is idempotent. */
  object: z.string().regex(/^[a-z0-9_]{1,64}$/),
  owner: z.strictObject({
    installation: z.string(),
    deployment: z.string(),
    node: z.string(),
    incarnation: z.int().positive(),
  }),
  /** Program and arguments of a process, and where it starts; absent for a container. */
  command: z.array(z.string().min(1)).min(1).optional(),
  cwd: z.string().optional(),
  /** Absent: a process of this machine. */
  container: ContainerSpec.optional(),
  /** Whole environment; kept in `run/<object>.json`, mode 0600, so that a new supervisor can start it again. Never in argv. */
  environment: z.record(z.string(), z.string()),
  /**
   * Loopback ports that the process is told to listen on, by variable. The supervisor picks free ones and keeps them
   * across restarts, unless somebody else took one meanwhile. `inside` is the port in a container that is published
   * there, and what the variables name.
   */
  ports: z.array(z.strictObject({ variables: z.array(z.string()).min(1), inside: z.int().optional() })),
  /** Captured output: `{time, stream, line}` NDJSON, 10 MiB, 3 files. */
  logFile: z.string(),
  /** SIGTERM, this many seconds, SIGKILL. */
  graceSeconds: z.number().nonnegative(),
  health: HealthSpec.optional(),
  /** Absent: stopped at once. */
  drain: DrainSpec.optional(),
  /** Hash over what the process was made from; handed back in its state. */
  fingerprint: z.string(),
})
export type ProcessSpec = z.infer<typeof ProcessSpec>

/** How a run ended that nobody asked to end. */
export const Exit = z.object({
  /** null: ended by a signal, or never started. */
  code: z.int().nullable(),
  signal: z.string().nullable(),
  /** ms since the epoch */
  at: z.number(),
})
export type Exit = z.infer<typeof Exit>

export const ProcessState = z.object({
  object: z.string(),
  owner: ProcessSpec.shape.owner,
  fingerprint: z.string(),
  /**
   * starting: spawned, not yet listening on all ports. backoff: exited, will be started again at `restartAt`.
   * draining: removed, but requests are under way.
   */
  status: z.enum(["starting", "running", "backoff", "draining", "stopping", "stopped"]),
  /** Null where nothing runs, and for a container whose processes are on another machine. */
  pid: z.int().nullable(),
  /** Null for a process. `id`: null where none runs. `ports`: inside of it, in the order of `ports`. */
  container: z
    .object({ id: z.string().nullable(), ports: z.array(z.int()) })
    .nullable()
    .default(null),
  /** In the order of `ProcessSpec.ports`. */
  ports: z.array(z.int()),
  /** On which address each of `ports` was found, in their order; fewer: the others were not found yet. */
  hosts: z.array(z.enum(LOOPBACK_HOSTS)).default([]),
  /** The `ports` that the starting program does not listen on yet. */
  silent: z.array(z.int()),
  /** Exits since it was put that nobody asked for. */
  restarts: z.int(),
  /** It exits again and again, whatever it does at this moment. */
  crashLoop: z.boolean().default(false),
  /** When the loop will be over unless it exits again; null where there is none, or nothing runs. */
  stableAt: z.number().nullable().default(null),
  restartAt: z.number().nullable(),
  startedAt: z.number().nullable(),
  /** The last one that is counted in `restarts`. */
  exit: Exit.nullable(),
  /** Why the run before this one was ended by its health check; null when it was not, or once a check passed again. */
  unhealthy: z.string().nullable(),
  /** Errors that this run of the program survived, by its own account; null when it told of none. */
  errors: ReportedErrors.nullable().default(null),
  /** Last output lines, newest last; at most 20. */
  lastLines: z.array(z.string()),
})
export type ProcessState = z.infer<typeof ProcessState>

/** `GET /health` */
export const SupervisorHealth = z.object({
  pid: z.int(),
  protocol: z.literal(1),
  processes: z.int(),
  /** Processes that tell of errors. */
  troubled: z.int().default(0),
  /** Processes that exit again and again. */
  looping: z.int().default(0),
})
export type SupervisorHealth = z.infer<typeof SupervisorHealth>

/*
 * PUT    /processes/{object}   ProcessSpec → 200 ProcessState | 409 while it stops.
 *                              Another fingerprint restarts it; otherwise the spec is used from the next start on.
 * GET    /processes/{object}   → 200 ProcessState | 404
 * GET    /processes            → 200 ProcessState[]
 * DELETE /processes/{object}   → 202 ProcessState (draining, stopping); 404 once it is gone
 * GET    /health               → 200 SupervisorHealth
 * POST   /shutdown             → 202, stops every process and exits; the next supervisor starts them again
 */
