import type { ResourceConfig } from "@alienplatform/core"
import type { Graph } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"

/** What all names of a deployment end in, and where its tcp endpoints are. */
export const deploymentHost = ({ name }: { name: string }): string => `${name}.localhost`

/** The port of this machine that a tcp endpoint is reached at: chosen once, then the same for every expansion. */
export const tcpPortOf = (
  resource: Pick<ResourceConfig, "id">,
  endpoint: string,
  { graph, deployment }: { graph: Graph; deployment: Pick<LocalDeploymentContext, "tcpPorts"> },
): number =>
  Number(graph.choose("local-port", `${resource.id.toLowerCase()}/${endpoint}`, asTexts(deployment.tcpPorts)))

function* asTexts(ports: Iterable<number>): Generator<string> {
  for (const port of ports) yield String(port)
}
