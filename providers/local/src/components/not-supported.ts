import {
  customDomainsOf,
  endpointsOf,
  type ResourceConfig,
  type StackSettings,
  type Violation,
  violations,
} from "@alienplatform/core"
import { hostOf } from "./hosts.ts"

export interface CheckArgs {
  resource: ResourceConfig
  resources: Readonly<Record<string, ResourceConfig>>
  settings: StackSettings
  deployment: { name: string }
}

/** Throws `stack_not_supported` with every reason why this resource cannot run on one machine. */
export function refuseUnsupported(args: CheckArgs): void {
  const found = [
    ...unsupportedCode(args),
    ...unsupportedFeatures(args),
    ...unsupportedEndpoints(args),
    ...collisions(args),
  ]
  if (found.length > 0)
    throw violations("stack_not_supported", `${args.resource.type} ${args.resource.id} on local`, found)
}

const notSupported = (path: string, message: string): Violation => ({ path, code: "not_supported", message })

function unsupportedCode({ resource: { id, type, code } }: CheckArgs): Violation[] {
  const path = `resources.${id}.code`
  if (type === "container" || type === "daemon")
    return [notSupported(`resources.${id}.type`, `a ${type} cannot run on local yet; declare a Worker`)]
  if (code.type === "image")
    return [notSupported(path, `image ${code.image} cannot run on local yet; give the Worker's source`)]
  if (code.type === "source")
    return [{ path, code: "source_not_built", message: `is still the source ${code.src}; "alien release" builds it` }]
  if (code.toolchain.type !== "typescript")
    return [
      notSupported(`${path}.toolchain`, `toolchain ${code.toolchain.type} is not built on local yet; use typescript`),
    ]
  return []
}

const unsupportedFeatures = ({ resource }: CheckArgs): Violation[] =>
  "triggers" in resource && resource.triggers.length > 0
    ? [notSupported(`resources.${resource.id}.triggers`, "triggers are not supported yet; remove them")]
    : []

const unsupportedEndpoints = ({ resource, settings }: CheckArgs): Violation[] =>
  endpointsOf(resource).flatMap(({ name, protocol }, index) => {
    const path = `resources.${resource.id}.publicEndpoints[${index}]`
    const tcp =
      protocol === "tcp" ? [notSupported(`${path}.protocol`, "tcp is not supported on local yet; use http")] : []
    const domains = customDomainsOf(settings, resource, name).map(({ domain }) =>
      notSupported(
        `stackSettings.domains.customDomains.${resource.id}.${name}`,
        `custom domain ${domain} cannot be served on local yet; remove it`,
      ),
    )
    return [...tcp, ...domains]
  })

/** Two endpoints of a deployment with one host; each resource reports its own. */
function collisions({ resource, resources, deployment }: CheckArgs): Violation[] {
  const all = Object.values(resources).flatMap((one) =>
    endpointsOf(one).map(({ name }) => ({ key: `${one.id}.${name}`, host: hostOf(one, name, deployment) })),
  )
  return endpointsOf(resource).flatMap(({ name }, index) => {
    const host = hostOf(resource, name, deployment)
    const others = all.filter((other) => other.host === host && other.key !== `${resource.id}.${name}`)
    if (others.length === 0) return []
    const message = `its host ${host} is also that of ${others.map(({ key }) => key).join(", ")}; give one of them another hostLabel`
    return [
      { path: `resources.${resource.id}.publicEndpoints[${index}].hostLabel`, code: "host_label_collision", message },
    ]
  })
}
