import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import { exitCodeOf } from "@alienplatform/core/codes"
import { codeOf, nearest, problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { parseDurationMs } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect, type ManagerClient } from "../manager/client.ts"
import { type EndpointView, endpointsOf } from "../manager/endpoint-view.ts"
import { chooseDeployment, type Deployment } from "../manager/find-deployment.ts"
import { hopelessFinder, type OpenCondition } from "../manager/open-conditions.ts"
import { pickEndpoint } from "../manager/pick-endpoint.ts"
import { untilDeleted } from "../manager/until-deleted.ts"
import { endpointBlocks } from "../output/deployment.ts"
import { endpointTable } from "../output/endpoints.ts"
import { type Progress, progressFor } from "../output/progress.ts"
import { screenFor } from "../output/style.ts"
import { watchDeployment } from "../release/wait-until-ready.ts"

export interface WaitOptions extends CommonOptions {
  for?: string
  endpoint?: string
  timeout?: string
}

type Info = DeploymentInfoResponse

const CONDITIONS = ["target", "certificate", "dns", "reachable"]

/**
 * `alien wait [NAME]`: until it is ready, deleted, or a condition of its endpoints is ok.
 * It ends early
 * when waiting cannot mend what keeps it from holding. `--json`: events, at last `{"result": {for, deploymentId, info |
 * status, hopeless?}}`.
 */
export const wait: Action<WaitOptions> = async ([name], options, context) => {
  const wanted = parseWanted(options.for ?? "ready")
  const timeoutMs = parseDurationMs(options.timeout, 5 * 60_000, "--timeout")
  const client = await connect(options, context)
  const progress = progressFor(context, options.json)
  if (wanted === "deleted") {
    const deployment = await chooseDeployment(client, name).catch((error) => {
      if (name === undefined || codeOf(error) !== "deployment_not_found") throw error
    })
    // What is not there is deleted.
    if (deployment) {
      const title = `wait until ${deployment.name} is deleted`
      const how = { title, timeoutMs, comeBack: comeBack(deployment, options) }
      await untilDeleted(client, deployment, how, progress, context)
    }
    const result = { for: wanted, deploymentId: deployment?.id ?? null, status: "deleted" }
    context.stdout.write(options.json ? `${JSON.stringify({ result })}\n` : `${deployment?.name ?? name} is deleted.\n`)
    return EXIT.ok
  }

  const deployment = await chooseDeployment(client, name)
  const { info, hopeless } = await untilHolds(wanted, deployment, { ...options, timeoutMs }, client, progress, context)
  const screen = screenFor(context.stdout, context.env)
  if (options.json)
    context.stdout.write(
      `${JSON.stringify({ result: { for: wanted, deploymentId: deployment.id, info, ...(hopeless ? { hopeless } : {}) } })}\n`,
    )
  else
    context.stdout.write(
      `${hopeless ? endpointBlocks(info, screen).join("\n\n") : endpointTable(endpointsOf(info), screen)}\n`,
    )
  if (!hopeless) return EXIT.ok
  const { code } = hopeless.condition
  return code ? exitCodeOf(code) : EXIT.failed
}

/** How a wait ended: it holds, or waiting cannot mend what keeps it from holding. */
interface Ended {
  info: Info
  hopeless?: OpenCondition
}

async function untilHolds(
  wanted: string,
  deployment: Deployment,
  { timeoutMs, ...options }: Omit<WaitOptions, "timeout"> & { timeoutMs: number },
  client: ManagerClient,
  progress: Progress,
  context: Parameters<typeof watchDeployment>[4],
): Promise<Ended> {
  const { name } = deployment
  let last: Info | undefined
  const chosen = (info: Info): EndpointView[] => {
    const all = endpointsOf(info)
    return options.endpoint === undefined ? all : [pickEndpoint(all, options.endpoint, name)]
  }
  const findHopeless = hopelessFinder({
    generation: deployment.generation,
    concerns: ({ resource, endpoint, condition: { type } }) =>
      (wanted === "ready" || type === wanted) &&
      chosen(last as Info).some((view) => view.resource === resource && view.endpoint === endpoint),
    // While it changes, what failed may be what ran before.
    countsAtOnce: ({ status }) => status === "running" || status === "provisioning",
  })
  const decide = (info: Info): Ended | undefined => {
    last = info
    const hopeless = findHopeless(info)
    if (hopeless) return { info, hopeless }
    // Until it was looked at for today's generation, nothing that is known counts.
    if (info.observedGeneration < info.generation) return undefined
    if (info.status.endsWith("-failed") || info.status === "deleted") throw deploymentFailed(name, info)
    const settled = options.endpoint !== undefined || info.status === "running"
    return settled && chosen(info).every((view) => isHeld(view, wanted)) ? { info } : undefined
  }
  try {
    return await progress.step(
      `wait until ${name} is ${wanted === "ready" ? "ready" : `ok for ${wanted}`}`,
      (report) =>
        watchDeployment(
          client,
          { deployment, what: `${name}: ${wanted}`, decide, timeoutMs, comeBack: comeBack(deployment, options) },
          progress,
          report,
          context,
        ),
      ({ hopeless }) => hopeless === undefined,
    )
  } catch (error) {
    const person = last && endpointsOf(last).find(({ state }) => state === "waiting")
    if (codeOf(error) !== "wait_timeout" || !person) throw error
    throw problem("waiting_on_person", {
      message: `waited ${Math.round(timeoutMs / 1000)} s; ${person.resource}.${person.endpoint} of ${name} waits for somebody to act`,
      hint: `see who has to do what: alien status ${name}`,
      cause: error,
    })
  }
}

/** Does the condition hold for an endpoint? One that does not apply holds; none holds before any is known. */
function isHeld(view: EndpointView, wanted: string): boolean {
  if (wanted === "ready") return view.state === "ready"
  if (view.conditions.length === 0) return false
  const condition = view.conditions.find(({ type }) => type === wanted)
  return condition === undefined || condition.status === "ok"
}

/** Parses the value of `--for`: `condition=dns` is `dns`. */
function parseWanted(text: string): string {
  const wanted = text.replace(/^condition=/, "")
  const known = ["ready", "deleted", ...CONDITIONS]
  if (known.includes(wanted)) return wanted
  const meant = nearest(wanted, known)
  throw problem("usage_invalid", {
    message: `--for ${text} is nothing to wait for`,
    hint: meant ? `did you mean: ${meant}?` : `one of ${known.join(", ")}`,
  })
}

const comeBack = ({ name }: Deployment, { for: wanted, endpoint }: WaitOptions): string =>
  ["alien wait", name, wanted && `--for ${wanted}`, endpoint && `--endpoint ${endpoint}`].filter(Boolean).join(" ")

const deploymentFailed = (name: string, { status, error }: Info): Error =>
  problem("deployment_failed", {
    message: `${name} is ${status}${error ? `: ${error.message} (${error.code})` : ""}`,
    hint: error?.hint ?? `see more: alien info ${name}; try again: alien retry ${name}`,
  })
