import { z } from "zod"
import { LOOPBACK_HOSTS } from "../loopback.ts"

/** On every answer that the gateway itself writes, with its code as the value. An app's answer never carries it. */
export const GATEWAY_HEADER = "x-alien-gateway"

const Owner = z.strictObject({
  installation: z.string(),
  deployment: z.string(),
  node: z.string(),
  incarnation: z.int().positive(),
})

/** Where a process of a workload listens. Absent host: 127.0.0.1. */
export const UpstreamAddress = z.strictObject({
  port: z.int().min(1).max(65535),
  host: z.enum(LOOPBACK_HOSTS).optional(),
})
export type UpstreamAddress = z.infer<typeof UpstreamAddress>

/** What hosts and ports have in common. */
const entry = {
  /** `{deployment id}/{node}`, what put it there. */
  key: z.string().min(1),
  /** Whose it is, in full; for the manager alone. */
  owner: Owner.optional(),
  /** The version of the table that wrote this entry last; for the manager alone. */
  since: z.int().nonnegative().optional(),
  /** Of the workload's processes, used round-robin. */
  upstreams: z.array(UpstreamAddress),
  /** Id of the deployment; its access logs lie under it. */
  deployment: z.string(),
  /** For error pages; absent = the id. */
  deploymentName: z.string().optional(),
  resource: z.string(),
  endpoint: z.string(),
}

/** `gateway/routes.json` in the data directory: written whole by rename, re-read on a nudge and every second. */
export const RouteTable = z.strictObject({
  format: z.literal(1),
  /** Grows with every write; the gateway reports the one it serves. */
  version: z.int().nonnegative(),
  routes: z.array(
    z.strictObject({
      ...entry,
      /** Lower-case DNS name, matched whole against SNI and Host. */
      host: z.string().min(1).max(253),
      /**
       * Relative to the data directory's `gateway/`, inside it: PEM chain and PEM key of `host`. `sha256` tells one
       * content of the files from another; the files are written before a table that carries a new one.
       */
      certificate: z.strictObject({ chainFile: z.string(), keyFile: z.string(), sha256: z.string() }),
      /** 504 after this many seconds without response headers; absent = 60. */
      timeoutSeconds: z.int().positive().optional(),
      /** 503 when this many requests are under way on this route; absent = unlimited. */
      concurrencyLimit: z.int().positive().optional(),
    }),
  ),
  /** Ports whose bytes are passed through to a workload as they are. */
  ports: z
    .array(
      z.strictObject({
        ...entry,
        /** Listened on at 127.0.0.1. */
        port: z.int().min(1).max(65535),
      }),
    )
    .default([]),
})
export type RouteTable = z.infer<typeof RouteTable>
export type Route = RouteTable["routes"][number]

/** Answer of the gateway's control socket to `GET /status`. */
export const GatewayStatus = z.object({
  /** Version of the table being served; -1 before the first. */
  version: z.int(),
  port: z.int(),
  pid: z.int(),
  /** Requests, upgrades and connections under way by upstream port, those of upstreams that no route names any more too. */
  inFlight: z.record(z.string(), z.int().positive()).default({}),
  /** Routes and ports that could not be taken, by key, with the reason; the others are served. */
  rejected: z.record(z.string(), z.object({ code: z.string(), message: z.string() })),
  /** Why `routes.json` as it is now cannot be taken; `version` is then still served. Absent when it was taken. */
  tableProblem: z.object({ code: z.string(), message: z.string() }).optional(),
})
export type GatewayStatus = z.infer<typeof GatewayStatus>

/** `gateway/config.json`, written once before the gateway is first started. */
export const GatewayConfig = z.strictObject({
  format: z.literal(1),
  /** Chosen once per data directory. */
  port: z.int().min(1).max(65535),
  /** Unix socket for `GET /status` and `POST /reload`. */
  controlSocket: z.string(),
  /** Absolute; access logs are `{deployment}/{resource}/access.ndjson` in it. Absent: none are kept. */
  logDirectory: z.string().optional(),
  /**
   * Program and arguments that print an `IssuedPair` for the host that is added as the last argument, a name under
   * `localhost`. Absent: names that lead nowhere get no page.
   */
  issueCommand: z.array(z.string()).min(1).optional(),
})
export type GatewayConfig = z.infer<typeof GatewayConfig>

/** A leaf certificate and its private key, PEM both. */
export const IssuedPair = z.object({ chain: z.string(), key: z.string() })
export type IssuedPair = z.infer<typeof IssuedPair>

/**
 * `certificates/{host}/certificate.json` beside the table, as far as the gateway reads it: there from the moment a
 * deployment has a host until it is destroyed, also while nothing serves the host yet. The pair is
 * `{sha256}.crt` and `{sha256}.key` beside it.
 */
export const HostCertificate = z.object({ format: z.literal(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
