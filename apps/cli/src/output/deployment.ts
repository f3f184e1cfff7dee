import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import { endpointsOf } from "../manager/endpoint-view.ts"
import { curlLine, endpointDetails, endpointTable } from "./endpoints.ts"
import type { Screen } from "./style.ts"

/**
 * Blocks of text about a deployment's endpoints: their state, what those that are not ready wait for, and how to reach
 * them; without blank lines around.
 */
export function endpointBlocks(info: DeploymentInfoResponse, screen: Screen): string[] {
  const views = endpointsOf(info)
  const curls = views.flatMap((view) => curlLine(view) ?? [])
  return [
    endpointTable(views, screen),
    endpointDetails(views, screen.paint),
    curls.length > 0 ? `From this machine:\n${curls.map((line) => `  ${line}`).join("\n")}` : "",
  ].filter(Boolean)
}
