import {
  customDomainsOf,
  endpointsOf,
  type ResourceConfig,
  type StackSettings,
  type Violation,
  violations,
} from "@alienplatform/core"
import { hostOf } from "./hosts.ts"
import { type ProgramConfig, programPorts } from "./program-ports.ts"

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
  if (code.type === "image") return []
  if (code.type === "source")
    return [{ path, code: "source_not_built", message: `is still the source ${code.src}; "alien release" builds it` }]
  const { type: toolchain } = code.toolchain
  if (toolchain === "rust" && (type === "worker" || type === "function"))
    return [
      notSupported(
        `${path}.toolchain`,
        `a ${type} is a module that is served, and toolchain rust makes a program; use typescript, or declare a Container or a Daemon`,
      ),
    ]
  return []
}

const unsupportedFeatures = ({ resource }: CheckArgs): Violation[] => {
  if ("ports" in resource) return ambiguousVariables(resource)
  if (resource.triggers.length === 0) return []
  return [notSupported(`resources.${resource.id}.triggers`, "triggers are not supported yet; remove them")]
}

/** An endpoint may be called `8080` and stand for another port than the private 8080. */
function ambiguousVariables(resource: ProgramConfig): Violation[] {
  const seen = new Map<string, number>()
  return programPorts(resource).flatMap(({ declared, variables }) =>
    variables.flatMap((variable) => {
      const other = seen.get(variable)
      seen.set(variable, declared)
      if (other === undefined) return []
      const message = `${variable} would tell where both port ${other} and port ${declared} are; rename the endpoint`
      return [notSupported(`resources.${resource.id}.ports`, message)]
    }),
  )
}

const unsupportedEndpoints = ({ resource, settings }: CheckArgs): Violation[] =>
  endpointsOf(resource).flatMap(({ name }) =>
    customDomainsOf(settings, resource, name).map(({ domain }) =>
      notSupported(
        `stackSettings.domains.customDomains.${resource.id}.${name}`,
        `custom domain ${domain} cannot be served on local yet; remove it`,
      ),
    ),
  )

/** Two http endpoints of a deployment with one host; each resource reports its own. */
function collisions({ resource, resources, deployment }: CheckArgs): Violation[] {
  const all = Object.values(resources).flatMap((one) =>
    httpEndpoints(one).map(({ name }) => ({ key: `${one.id}.${name}`, host: hostOf(one, name, deployment) })),
  )
  return httpEndpoints(resource).flatMap(({ name, index }) => {
    const host = hostOf(resource, name, deployment)
    const others = all.filter((other) => other.host === host && other.key !== `${resource.id}.${name}`)
    if (others.length === 0) return []
    const message = `its host ${host} is also that of ${others.map(({ key }) => key).join(", ")}; give one of them another hostLabel`
    return [
      { path: `resources.${resource.id}.publicEndpoints[${index}].hostLabel`, code: "host_label_collision", message },
    ]
  })
}

/** tcp endpoints share the deployment's own host. */
const httpEndpoints = (resource: ResourceConfig) =>
  endpointsOf(resource).flatMap(({ name, protocol }, index) => (protocol === "http" ? [{ name, index }] : []))
