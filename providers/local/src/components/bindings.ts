import { endpointsOf, publicUrlEndpoint, type ResourceConfig, type StackSettings } from "@alienplatform/core"
import type { ExpandArgs, Graph } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import type { ProcessProps } from "../supervisor/process.ts"
import { addressesOf } from "./hosts.ts"
import { isImage } from "./image.ts"
import { TRUST_INSIDE } from "./neighbours.ts"

interface Scope {
  graph: Graph
  deployment: LocalDeploymentContext
}

/** Props of a process beside its declared variables: its secrets, the URLs that are injected, and its token for the manager. */
export function environmentBeside<R extends ResourceConfig>({
  resource,
  secrets,
  ...args
}: ExpandArgs<R, StackSettings, LocalDeploymentContext>): Pick<ProcessProps, "secrets" | "injected" | "managerToken"> {
  const resources = args.resources as Readonly<Record<string, ResourceConfig>>
  const { manager } = args.deployment
  const { code }: ResourceConfig = resource
  return {
    secrets: { ...secrets },
    injected: {
      ...bindingsEnvironment(resource, resources, args),
      ...(isImage(code) ? TRUST_INSIDE : machineEnvironment(args.deployment)),
    },
    // The manager listens on the machine's loopback, which is not that of a container.
    ...(manager && !isImage(code) ? { managerToken: manager.tokenOf(resource.id) } : {}),
  }
}

/** URLs follow from names and from ports that are chosen once, so they are known before the first start. */
function bindingsEnvironment(
  resource: ResourceConfig,
  resources: Readonly<Record<string, ResourceConfig>>,
  scope: Scope,
): Record<string, string> {
  const linked = resource.links.flatMap(({ id }) => resources[id] ?? [])
  const bindings = [resource, ...linked].map((one) => [variableOf(one.id), JSON.stringify(bindingOf(one, scope))])
  return {
    ALIEN_DEPLOYMENT_ID: scope.deployment.id,
    ALIEN_PUBLIC_ENDPOINTS_JSON: JSON.stringify(addressesOf(resource, scope)),
    ...Object.fromEntries(bindings),
  }
}

/**
 * Where a process of this machine asks, and whom it trusts: `SSL_CERT_FILE` replaces a program's roots,
 * `NODE_EXTRA_CA_CERTS` adds to Node's.
 */
const machineEnvironment = ({
  manager,
  certificateAuthorityFile,
  certificateBundleFile,
}: LocalDeploymentContext): Record<string, string> => ({
  ...(manager ? { ALIEN_MANAGER_URL: manager.url } : {}),
  NODE_EXTRA_CA_CERTS: certificateAuthorityFile,
  SSL_CERT_FILE: certificateBundleFile,
})

const variableOf = (id: string): string => `ALIEN_${id.toUpperCase().replaceAll("-", "_")}_BINDING`

function bindingOf(resource: ResourceConfig, scope: Scope) {
  const endpoints = addressesOf(resource, scope)
  const http = publicUrlEndpoint(endpointsOf(resource))
  const publicUrl = http && endpoints[http.name]?.url
  return { service: resource.type, ...(publicUrl === undefined ? {} : { publicUrl }), endpoints }
}
