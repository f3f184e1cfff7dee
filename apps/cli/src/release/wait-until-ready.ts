import type { Client, DeploymentInfoResponse } from "@alienplatform/api/client"
import type { Context } from "../context.ts"
import { runDetachable } from "../manager/detach.ts"
import { type EndpointView, endpointsOf, openConditions, waitsFor } from "../manager/endpoint-view.ts"
import type { Deployment } from "../manager/find-deployment.ts"
import { hopelessFinder, type OpenCondition } from "../manager/open-conditions.ts"
import { poll } from "../manager/poll.ts"
import { type Verdict, verdictOf } from "../manager/verdict.ts"
import type { Progress, Report } from "../output/progress.ts"
import { ReasonLines, signatureOf } from "./reason-lines.ts"

type Info = DeploymentInfoResponse

export interface Wait<R> {
  deployment: Pick<Deployment, "id" | "name">
  /** What is waited for, for errors: `shop to become ready`. */
  what: string
  /** Returns the result, or undefined to go on waiting. */
  decide(info: Info): R | undefined
  /** How long to wait, ms. */
  timeoutMs: number
  /** Command line that continues the wait. */
  comeBack: string
}

/**
 * Waits until `decide` returns a result and reports states and faults as they change. Throws `wait_timeout` or
 * `detached`.
 */
export function watchDeployment<R>(
  client: Client,
  { deployment, what, decide, timeoutMs, comeBack }: Wait<R>,
  progress: Progress,
  report: Report,
  context: Context,
): Promise<R> {
  const tell = createStateReporter(progress)
  const reasons = new ReasonLines()
  return runDetachable(deployment.name, comeBack, () =>
    poll(
      {
        what,
        read: () => client.info(deployment.id),
        decide: (info) => {
          report(stateLines(info, reasons))
          tell(info)
          return decide(info)
        },
        timeoutMs,
        hint: `go on waiting: ${comeBack}`,
      },
      context,
    ),
  )
}

export interface Ready {
  verdict: Verdict
  info: Info
  /** The condition that ended the wait before the deployment itself had failed. */
  hopeless?: OpenCondition
}

/** Waits until the deployment's `generation` has a verdict, or one of its endpoints has failed and waits for a person. */
export function waitUntilReady(
  client: Client,
  deployment: Deployment,
  timeoutMs: number,
  progress: Progress,
  report: Report,
  context: Context,
): Promise<Ready> {
  const findHopeless = hopelessFinder({ generation: deployment.generation })
  return watchDeployment(
    client,
    {
      deployment,
      what: `${deployment.name} to become ready`,
      decide: (info): Ready | undefined => {
        const hopeless = findHopeless(info)
        const verdict = verdictOf(info, deployment.generation)
        if (verdict) return { verdict, info }
        return hopeless && { verdict: "failed", info, hopeless }
      },
      timeoutMs,
      comeBack: `alien wait ${deployment.name}`,
    },
    progress,
    report,
    context,
  )
}

/**
 * Lines about a deployment during the wait: one per endpoint, under it what holds it up and the fix, and the fault that
 * the manager retries.
 */
function stateLines(info: Info, reasons: ReasonLines): string[] {
  const views = endpointsOf(info)
  const width = Math.max(...views.map((view) => nameOf(view).length))
  const states = views.flatMap((view) => [
    [nameOf(view).padEnd(width), view.state.padEnd("provisioning".length), waitsFor(view) || (view.url ?? "")]
      .join("  ")
      .trimEnd(),
    ...reasons.of(view),
  ])
  const { error } = info
  return error && !info.status.endsWith("-failed")
    ? [...states, `✖ ${error.message.split("\n", 1)[0]} (${error.code}); it is tried again`]
    : states
}

const nameOf = ({ resource, endpoint }: EndpointView): string => `${resource}.${endpoint}`

/** Makes a function that reports an event for each endpoint, and for the fault, whenever it changes. */
function createStateReporter(progress: Progress): (info: Info) => void {
  const told = new Map<string, string>()
  const isNews = (key: string, value: string) => told.get(key) !== value && told.set(key, value)
  return (info) => {
    for (const view of endpointsOf(info)) {
      const { resource, endpoint, state, url } = view
      if (isNews(nameOf(view), `${state} ${url}`))
        progress.event("endpoint", { resource, endpoint, state, url: url ?? null })
      for (const condition of openConditions(view))
        if (isNews(`${nameOf(view)} ${condition.type}`, signatureOf(condition)))
          progress.event("condition", { resource, endpoint, condition })
    }
    const { error } = info
    if (error && isNews("error", `${error.code} ${error.message}`)) progress.event("error", { error })
  }
}
