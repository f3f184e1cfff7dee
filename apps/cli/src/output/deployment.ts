import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import { endpointsOf } from "../manager/endpoint-view.ts"
import { curlCommand, curlLine } from "./curl.ts"
import { endpointDetails, endpointTable } from "./endpoints.ts"
import type { Screen } from "./style.ts"

/** Blocks of text about a deployment's endpoints: their state, and what those that are not ready wait for. */
export function endpointBlocks(info: DeploymentInfoResponse, screen: Screen): string[] {
  const views = endpointsOf(info)
  return [endpointTable(views, screen), endpointDetails(views, screen.paint)].filter(Boolean)
}

/** Says in one line how to ask an endpoint from this machine; empty where none can be asked. */
export function askLine(info: DeploymentInfoResponse, deployment: string): string {
  const command = curlCommand(endpointsOf(info), deployment)
  return command ? `From this machine: ${command}` : ""
}

/** Says how to ask an endpoint from this machine, with and without `alien`; empty where none can be asked. */
export function askBlock(info: DeploymentInfoResponse, deployment: string): string {
  const views = endpointsOf(info)
  const [first, ...others] = views.flatMap((view) => curlLine(view) ?? [])
  if (!first) return askLine(info, deployment)
  const command = curlCommand(views, deployment)
  const heading =
    others.length > 0
      ? `From this machine (alien info ${deployment} --curl has a line for each):`
      : "From this machine:"
  return [heading, ...(command ? [command] : []), first].join("\n  ")
}
