import type { DaemonConfig, StackSettings } from "@alienplatform/core"
import { defineComponent } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { expandProgram } from "./program.ts"

/** A program that runs once per machine, and this is one machine. */
export const daemon = defineComponent<DaemonConfig, StackSettings, LocalDeploymentContext>({
  resource: "daemon",
  expand: (args) => expandProgram(args, 1),
})
