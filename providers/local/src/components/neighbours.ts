import type { ResourceConfig } from "@alienplatform/core"
import type { Graph } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import type { NeighboursProps } from "../supervisor/process.ts"
import { addressesOf } from "./hosts.ts"

const AUTHORITY = "/etc/alien/ca.crt"
const BUNDLE = "/etc/alien/trust.pem"

/** Whom a program in a container trusts, as one on the machine does. */
export const TRUST_INSIDE: Readonly<Record<string, string>> = { NODE_EXTRA_CA_CERTS: AUTHORITY, SSL_CERT_FILE: BUNDLE }

/** What a container needs for its own URLs and those of what it links, which lie on this machine's loopback. */
export function neighboursOf(
  resource: ResourceConfig,
  resources: Readonly<Record<string, ResourceConfig>>,
  scope: { graph: Graph; deployment: LocalDeploymentContext },
): Omit<NeighboursProps, "address"> {
  const { certificateAuthorityFile, certificateBundleFile } = scope.deployment
  const linked = resource.links.flatMap(({ id }) => resources[id] ?? [])
  const addresses = [resource, ...linked].flatMap((one) => Object.values(addressesOf(one, scope)))
  return {
    hosts: [...new Set(addresses.map(({ host }) => host))],
    ports: [...new Set(addresses.map(({ url }) => Number(new URL(url).port)))],
    files: { [AUTHORITY]: certificateAuthorityFile, [BUNDLE]: certificateBundleFile },
  }
}
