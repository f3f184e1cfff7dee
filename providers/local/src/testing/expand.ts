import { parseStack, parseStackSettings } from "@alienplatform/core"
import { type EndpointPlan, Graph, Ref } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { local } from "../index.ts"

export const deployment: LocalDeploymentContext = {
  id: "dep_a",
  name: "dev",
  platform: "local",
  prefix: "kabc1234",
  gatewayPort: 8443,
  certificateAuthority: "PEM",
  certificateAuthorityFile: "/data/ca/ca.crt",
  certificateBundleFile: "/data/gateway/trust.pem",
  artifactsDirectory: "/data/artifacts",
  workerCommand: ["node", "runtime.js"],
  programCommand: ["node", "--import", "localhost.js"],
  tcpPorts: [9443, 9444, 9445],
}

export const code = { type: "artifact", sha256: "a".repeat(64), toolchain: { type: "typescript" } } as const

/** A stack of workers, or of what `type` says. */
export const stackOf = (...resources: { id: string; type?: string; [key: string]: unknown }[]) => ({
  id: "my-app",
  resources: Object.fromEntries(
    resources.map((config) => [
      config.id,
      { config: { type: "worker", code, ...config }, lifecycle: "live", dependencies: [] },
    ]),
  ),
})

interface Circumstances {
  settings?: unknown
  /** Secrets of every resource. */
  secrets?: Record<string, string>
  deployment?: Partial<LocalDeploymentContext>
  choices?: Record<string, string>
}

export interface ExpandedStack {
  graph: Graph
  endpoints: EndpointPlan[]
  notes: string[]
}

/** A stack as the manager would expand it. */
export function expand(stack: unknown, { settings = {}, secrets = {}, choices = {}, ...rest }: Circumstances = {}) {
  const { resources: parsed } = parseStack(stack)
  const resources = Object.fromEntries(Object.values(parsed).map(({ config }) => [config.id, config]))
  const graph = new Graph({ prefix: deployment.prefix, choices })
  const expanded: ExpandedStack = { graph, endpoints: [], notes: [] }
  for (const resource of Object.values(resources)) {
    const component = local.components.find((one) => one.resource === resource.type)
    const { endpoints = [], notes = [] } =
      component?.expand({
        graph,
        resource,
        resources,
        secrets,
        settings: parseStackSettings(settings),
        deployment: { ...deployment, ...rest.deployment },
      }) ?? {}
    expanded.endpoints.push(...endpoints)
    expanded.notes.push(...notes)
  }
  return expanded
}

/** Text of an expansion for a golden file; references are written `<node.attribute>`. */
export function golden({ graph, endpoints, notes }: ExpandedStack): string {
  const nodes = [...graph.nodes.values()].map(({ node, type, props }) => ({
    node,
    type: type.type,
    props: readable(props),
  }))
  const plans = endpoints.map((plan) => ({
    ...plan,
    hosts: plan.hosts.map((host) => ({ ...host, target: host.target.map(({ node }) => node) })),
  }))
  return `${JSON.stringify({ nodes, plans, notes }, null, 2)}\n`
}

const readable = (value: unknown): unknown => {
  if (value instanceof Ref) return `<${value.node}.${value.attribute}>`
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, readable(member)]))
  return value
}
