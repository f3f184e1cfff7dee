import type { ResourceConfig } from "@alienplatform/core"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { addressesOf } from "./hosts.ts"

/**
 * What a workload is told of itself and of what it links. URLs follow from names, so they are known before the first start.
 * `SSL_CERT_FILE` replaces a program's roots, `NODE_EXTRA_CA_CERTS` adds to Node's.
 */
export function injectedEnvironment(
  resource: ResourceConfig,
  resources: Readonly<Record<string, ResourceConfig>>,
  deployment: LocalDeploymentContext,
): Record<string, string> {
  const linked = resource.links.flatMap(({ id }) => resources[id] ?? [])
  const bindings = [resource, ...linked].map((one) => [variableOf(one.id), JSON.stringify(bindingOf(one, deployment))])
  return {
    ALIEN_DEPLOYMENT_ID: deployment.id,
    ALIEN_PUBLIC_ENDPOINTS_JSON: JSON.stringify(addressesOf(resource, deployment)),
    ...Object.fromEntries(bindings),
    NODE_EXTRA_CA_CERTS: deployment.certificateAuthorityFile,
    SSL_CERT_FILE: deployment.certificateBundleFile,
  }
}

const variableOf = (id: string): string => `ALIEN_${id.toUpperCase().replaceAll("-", "_")}_BINDING`

function bindingOf(resource: ResourceConfig, deployment: LocalDeploymentContext) {
  const endpoints = addressesOf(resource, deployment)
  const [first] = Object.values(endpoints)
  return { service: resource.type, ...(first ? { publicUrl: first.url } : {}), endpoints }
}
