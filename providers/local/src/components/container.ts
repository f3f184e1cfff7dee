import { type ContainerConfig, replicasOf, type StackSettings } from "@alienplatform/core"
import { defineComponent } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { expandProgram } from "./program.ts"

/** A program in as many processes as it has replicas; with autoscaling, as its minimum. */
export const container = defineComponent<ContainerConfig, StackSettings, LocalDeploymentContext>({
  resource: "container",
  expand: (args) => expandProgram(args, replicasOf(args.resource).min),
})
