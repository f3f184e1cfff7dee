import { type Code, dnsLabel, hashOf, type ResourceConfig } from "@alienplatform/core"
import type { Graph, Predecessor, Ref } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { Image } from "../docker/image.ts"
import { Network } from "../docker/network.ts"
import type { ContainerProps, NeighboursProps } from "../supervisor/process.ts"
import { neighboursOf } from "./neighbours.ts"

export interface ImageScope {
  graph: Graph
  resource: ResourceConfig
  /** All of the stack, by id. */
  resources: Readonly<Record<string, unknown>>
  deployment: LocalDeploymentContext
}

/** What a container gets of the machine. */
export type ContainerSize = Pick<ContainerProps, "memoryBytes" | "cpus">

/** Props of a process that is a container. */
interface InContainer {
  image: Ref<string>
  container: Omit<ContainerProps, "network"> & { network: Ref<string> }
  neighbours: Omit<NeighboursProps, "address"> & { address: Ref<string> }
}

/** Does it run in a container? What is built here without one is a process. */
export const isImage = (code: Code): boolean =>
  code.type === "image" || (code.type === "artifact" && code.toolchain.type === "docker")

/** Its image in the store of the machine's engine, and its place on the network of the deployment; `sources` are both. */
export function expandImage(
  { graph, resource, resources, deployment }: ImageScope,
  inside: number[],
  size: ContainerSize,
): { props: InContainer; sources: Predecessor[] } {
  const { id, code } = resource
  const from = code.type === "image" ? { image: code.image } : { artifact: code.type === "artifact" ? code.sha256 : "" }
  // A tag is looked up once for each release; what names its content is the same for all.
  const release = code.type === "image" && !code.image.includes("@") ? (deployment.release ?? "") : ""
  const key = hashOf([from, release]).slice(0, 8)
  const image = graph.add(Image, `${id.toLowerCase()}/image/${key}`, from)
  const network = graph.add(Network, "_stack/network", { driver: "bridge" }, { shared: true })
  return {
    props: {
      image: image.ref("id"),
      container: { network: network.ref("name"), alias: dnsLabel(id), inside, ...size },
      neighbours: {
        address: network.ref("gateway"),
        ...neighboursOf(resource, resources as Readonly<Record<string, ResourceConfig>>, { graph, deployment }),
      },
    },
    sources: [image, network],
  }
}
