import { z } from "zod"

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
  command: z.array(z.string().min(1)).min(1),
  cwd: z.string(),
  /** Whole environment; kept in `run/<object>.json`, mode 0600, so that a new supervisor can start it again. Never in argv. */
  environment: z.record(z.string(), z.string()),
  /** Loopback ports that the process is told to listen on, by variable; the supervisor picks free ones and keeps them across restarts. */
  ports: z.array(z.strictObject({ variables: z.array(z.string()).min(1) })),
  /** Captured output: `{time, stream, line}` NDJSON, 10 MiB, 3 files. */
  logFile: z.string(),
  /** SIGTERM, this many seconds, SIGKILL. */
  graceSeconds: z.number().nonnegative(),
  /** Hash over what the process was made from; handed back in its state. */
  fingerprint: z.string(),
})
export type ProcessSpec = z.infer<typeof ProcessSpec>

export const ProcessState = z.object({
  object: z.string(),
  owner: ProcessSpec.shape.owner,
  fingerprint: z.string(),
  /** starting: spawned, not yet listening on all ports. backoff: exited, will be started again at `restartAt`. */
  status: z.enum(["starting", "running", "backoff", "stopping", "stopped"]),
  pid: z.int().nullable(),
  /** In the order of `ProcessSpec.ports`. */
  ports: z.array(z.int()),
  /** Exits since it was put. */
  restarts: z.int(),
  restartAt: z.number().nullable(),
  startedAt: z.number().nullable(),
  exit: z.object({ code: z.int().nullable(), signal: z.string().nullable(), at: z.number() }).nullable(),
  /** Last output lines, newest last; at most 20. */
  lastLines: z.array(z.string()),
})
export type ProcessState = z.infer<typeof ProcessState>

/** `GET /health` */
export const SupervisorHealth = z.object({ pid: z.int(), protocol: z.literal(1), processes: z.int() })
export type SupervisorHealth = z.infer<typeof SupervisorHealth>

/*
 * PUT    /processes/{object}   ProcessSpec → 200 ProcessState | 409 while it stops.
 *                              Another fingerprint restarts it; otherwise the spec is used from the next start on.
 * GET    /processes/{object}   → 200 ProcessState | 404
 * GET    /processes            → 200 ProcessState[]
 * DELETE /processes/{object}   → 202 ProcessState (stopping); 404 once it is gone
 * GET    /health               → 200 SupervisorHealth
 * POST   /shutdown             → 202, stops every process and exits; the next supervisor starts them again
 */
