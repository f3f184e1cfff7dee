import type { ContainerConfig, DaemonConfig, ResourceConfig, StackSettings } from "@alienplatform/core"
import { defineComponent, type ExpandArgs, type ResourceLike } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { refuseUnsupported } from "./not-supported.ts"

/** Containers and Daemons do not run on this platform yet; every reason is told. */
export const container = defineComponent<ContainerConfig, StackSettings, LocalDeploymentContext>({
  resource: "container",
  expand: (args) => refuse(args),
})

export const daemon = defineComponent<DaemonConfig, StackSettings, LocalDeploymentContext>({
  resource: "daemon",
  expand: (args) => refuse(args),
})

function refuse<R extends ResourceLike & (ContainerConfig | DaemonConfig)>({
  resource,
  resources,
  settings,
  deployment,
}: ExpandArgs<R, StackSettings, LocalDeploymentContext>): { endpoints: [] } {
  refuseUnsupported({
    resource,
    resources: resources as Readonly<Record<string, ResourceConfig>>,
    settings,
    deployment,
  })
  return { endpoints: [] }
}
