import type { Client, DeploymentInfoResponse } from "@alienplatform/api/client"
import type { Context } from "../context.ts"
import { endpointsOf, waitsFor } from "../manager/endpoint-view.ts"
import type { Deployment } from "../manager/find-deployment.ts"
import { poll } from "../manager/poll.ts"
import { type Verdict, verdictOf } from "../manager/verdict.ts"
import type { Progress, Report } from "../output/progress.ts"

/** Shows the endpoints' states as they change, until `deployment.generation` has ended one way or another. */
export async function waitUntilReady(
  client: Client,
  deployment: Deployment,
  timeout: number,
  progress: Progress,
  report: Report,
  context: Context,
): Promise<{ verdict: Verdict; info: DeploymentInfoResponse }> {
  const told = new Map<string, string>()
  return poll(
    {
      what: `${deployment.name} to become ready`,
      read: () => client.info(deployment.id),
      decide: (info) => {
        const views = endpointsOf(info)
        report(
          views.map((view) =>
            [`${view.resource}.${view.endpoint}`, view.state, view.url ?? "", waitsFor(view)]
              .filter(Boolean)
              .join("  "),
          ),
        )
        for (const { resource, endpoint, state, url } of views) {
          const now = `${state} ${url}`
          if (told.get(`${resource}.${endpoint}`) === now) continue
          told.set(`${resource}.${endpoint}`, now)
          progress.event("endpoint", { resource, endpoint, state, url: url ?? null })
        }
        const verdict = verdictOf(info, deployment.generation)
        return verdict && { verdict, info }
      },
      timeout,
      hint: `see how it gets on: alien info ${deployment.name}`,
    },
    context,
  )
}
