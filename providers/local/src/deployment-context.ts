import type { DeploymentContext } from "@alienplatform/engine"

/** What this platform's components may know: nothing is asked during the expansion. */
export interface LocalDeploymentContext extends DeploymentContext {
  /** Chosen once per data directory. */
  gatewayPort: number
  /** PEM */
  certificateAuthority: string
  /** Path of the authority's certificate as a PEM file. */
  certificateAuthorityFile: string
  /** PEM file of the system's roots and the authority. */
  certificateBundleFile: string
  /** Unpacked artifacts lie here by SHA-256. */
  artifactsDirectory: string
  /** Program and arguments that serve a worker; the artifact's directory is added. */
  workerCommand: readonly string[]
  /** Program and arguments that run a Container's or Daemon's own program; its file is added. */
  programCommand: readonly string[]
  /** Ports of this machine for new tcp endpoints, the best first. */
  tcpPorts: Iterable<number>
}
