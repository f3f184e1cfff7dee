import { existsSync } from "node:fs"
import { chmod } from "node:fs/promises"
import { join, resolve } from "node:path"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { type Clock, type DeploymentContext, systemClock } from "@alienplatform/engine"
import { sweepArtifacts } from "./artifacts/sweep.ts"
import { openCertificateAuthority } from "./certificates/authority.ts"
import { bundleWithSystemRoots } from "./certificates/bundle.ts"
import type { Local, LocalContext } from "./context.ts"
import type { LocalDeploymentContext } from "./deployment-context.ts"
import { findEngine } from "./docker/find-engine.ts"
import { Pulls } from "./docker/pulls.ts"
import { replaceFile } from "./files.ts"
import { gatewayControl } from "./gateway/control.ts"
import { PortPool } from "./gateway/port-pool.ts"
import { RoutesFile } from "./gateway/routes-file.ts"
import { GATEWAY_OBJECT, startGateway } from "./gateway/start.ts"
import { reservePort } from "./reserved-ports.ts"
import { socketPath } from "./runtime-directory.ts"
import { sweepScratch } from "./scratch/sweep.ts"
import { connectSupervisor } from "./supervisor/client.ts"
import { removeLogs } from "./supervisor/logs.ts"
import { watchSupervisor } from "./supervisor/watch.ts"
import { programImport, workerRuntimeMain } from "./worker-runtime.ts"

const FIRST_GATEWAY_PORT = 8443

export interface OpenLocalOptions {
  /** Made when absent. */
  dataDirectory: string
  /** Directory of the user's certificate authority: `$XDG_DATA_HOME/alien/ca`. */
  authorityDirectory: string
  /** `ports.json` of the user, beside the configuration. */
  portsFile: string
  /** Where sockets lie; default `$XDG_RUNTIME_DIR/alien`. */
  runtimeDirectory?: string
  /** Entry file of the gateway program. */
  gatewayMain: string
  /** Lowest port for the gateway. Default 8443. */
  firstGatewayPort?: number
  /** Lowest port for tcp endpoints. Default 9443. */
  firstTcpPort?: number
  clock?: Clock
}

export interface LocalRuntime {
  /** For the verbs of this platform's node types. */
  readonly context: LocalContext
  readonly gatewayPort: number
  deploymentContext(deployment: DeploymentContext): LocalDeploymentContext
  /** Supervisor and gateway are up; repeat it at will. Throws `port_in_use`, `gateway_failed`, `supervisor_unavailable`. */
  ensureStarted(): Promise<void>
  /**
   * `changed`: the supervisor died or was replaced, and what it ran may be gone; one of its processes began to tell
   * of errors, or ceased to; or an image was pulled. Returns what ends the watch.
   */
  watch(changed: () => void): () => void
  /** Removes what is left of a deployment whose objects are all gone: its logs, and what `sweep` removes. */
  removeLeftovers(deployment: string): Promise<void>
  /** Removes unpacked artifacts that nothing runs from, and scratch folders of workloads that are gone. */
  sweep(): Promise<void>
  /** Stops gateway and supervisor when no workload is left; says whether it did. */
  stopIfIdle(): Promise<boolean>
  /** Stops gateway, workloads and supervisor; the next `ensureStarted` starts them all again. */
  shutdown(): Promise<void>
}

/** Opens this machine's platform for one data directory: starts the supervisor, but not the gateway. */
export async function openLocal(options: OpenLocalOptions): Promise<LocalRuntime> {
  const { clock = systemClock, runtimeDirectory, authorityDirectory, gatewayMain, portsFile } = options
  const dataDirectory = resolve(options.dataDirectory)
  await makeDirectory(dataDirectory, 0o700)
  // It takes longest, and needs nothing of the rest.
  const connecting = connectSupervisor({ dataDirectory, runtimeDirectory, clock })
  connecting.catch(() => undefined)
  // The first certificates come soon; this takes its time, and now everybody waits anyway.
  if (!existsSync(join(dataDirectory, "gateway", "certificates"))) void import("@peculiar/x509")
  const authority = await openCertificateAuthority({ directory: authorityDirectory, clock })
  const certificateBundleFile = join(dataDirectory, "gateway", "trust.pem")
  await replaceFile(certificateBundleFile, await bundleWithSystemRoots(authority.certificateFile))
  // Containers get the two files alone, and their programs may be of any user; on the machine the folders are closed.
  for (const file of [authority.certificateFile, certificateBundleFile]) await chmod(file, 0o644)
  const from = options.firstGatewayPort ?? FIRST_GATEWAY_PORT
  const gatewayPort = await reservePort({ file: portsFile, service: "gateway", dataDirectory, from })
  /** What is told of a change by nobody else. */
  const changed = new Set<() => void>()
  const tellAll = () => {
    for (const tell of changed) tell()
  }
  const local: Local = {
    dataDirectory,
    supervisor: await connecting,
    routes: new RoutesFile(join(dataDirectory, "gateway", "routes.json")),
    gateway: gatewayControl(socketPath({ dataDirectory, runtimeDirectory, name: "gateway" })),
    authority,
    engine: () => findEngine(),
    pulls: new Pulls({ ended: tellAll }),
    clock,
  }
  const workerCommand = [process.execPath, workerRuntimeMain()]
  const programCommand = [process.execPath, "--import", programImport()]
  const sweep = async () => {
    await sweepArtifacts({ dataDirectory, now: clock.now() })
    await sweepScratch({ dataDirectory, now: clock.now() })
  }
  // What a killed supervisor or manager left behind.
  void sweep().catch(() => undefined)
  const tcpPorts = new PortPool({ routes: local.routes, portsFile, first: options.firstTcpPort })
  await tcpPorts.look()

  return {
    context: { local },
    gatewayPort,
    deploymentContext: (deployment) => ({
      ...deployment,
      gatewayPort,
      certificateAuthority: authority.certificate,
      certificateAuthorityFile: authority.certificateFile,
      certificateBundleFile,
      artifactsDirectory: join(dataDirectory, "artifacts"),
      workerCommand,
      programCommand,
      tcpPorts: tcpPorts.offer(deployment.id),
    }),
    ensureStarted: async () => {
      await startGateway(local, { port: gatewayPort, gatewayMain })
      await tcpPorts.look()
    },
    watch: (tell) => {
      changed.add(tell)
      const unwatch = watchSupervisor({ supervisor: local.supervisor, clock, changed: tell })
      return () => {
        changed.delete(tell)
        unwatch()
      }
    },
    removeLeftovers: async (deployment) => {
      tcpPorts.release(deployment)
      removeLogs(dataDirectory, deployment)
      await sweep()
    },
    sweep,
    stopIfIdle: async () => {
      const { supervisor } = local
      const health = await supervisor.health().catch(() => undefined)
      // More than the gateway: not asked for in detail, since asking would start a supervisor that is gone.
      if (!health || health.processes > 1) return false
      if (health.processes === 1 && !(await supervisor.get(GATEWAY_OBJECT))) return false
      await supervisor.shutdown()
      return true
    },
    shutdown: () => local.supervisor.shutdown(),
  }
}
