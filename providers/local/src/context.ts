import type { Clock } from "@alienplatform/engine"
import type { CertificateAuthority } from "./certificates/authority.ts"
import type { Engine } from "./docker/engine.ts"
import type { Pulls } from "./docker/pulls.ts"
import type { GatewayControl } from "./gateway/control.ts"
import type { RoutesFile } from "./gateway/routes-file.ts"
import type { SupervisorClient } from "./supervisor/client.ts"

/** This machine, as far as one data directory goes. */
export interface Local {
  /** Absolute. */
  dataDirectory: string
  supervisor: SupervisorClient
  routes: RoutesFile
  gateway: GatewayControl
  authority: CertificateAuthority
  /** The container engine of this machine. Throws `container_engine_missing`. */
  engine(): Engine
  pulls: Pulls
  clock: Clock
}

/** What the verbs of this platform's node types get beside their arguments. */
export interface LocalContext {
  local: Local
}
