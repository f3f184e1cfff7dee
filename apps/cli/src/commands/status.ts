import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { type EndpointView, endpointsOf, noticedConditions, openConditions } from "../manager/endpoint-view.ts"
import { chooseDeployment } from "../manager/find-deployment.ts"
import { verdictOf } from "../manager/verdict.ts"
import { paintState, stateSymbol } from "../output/endpoints.ts"
import { restartLines } from "../output/restarts.ts"
import { type Paint, paintFor } from "../output/style.ts"
import { EXIT_BY_VERDICT } from "../release/finish.ts"
import { pinLine } from "../release/newer-release.ts"

/**
 * `alien status [NAME]`: a line per endpoint, and under it who has to do what, also where it serves all the same; then
 * what was started again, and what somebody else changed.
 * `--json`: `{name, status, verdict, error, endpoints: [{resource, endpoint, state, url, conditions}], replicas, drift}`,
 * conditions only those that somebody has to do something about, replicas by resource and drift as `/info` has them.
 */
export const status: Action<CommonOptions> = async ([name], options, context) => {
  const client = await connect(options, context)
  const deployment = await chooseDeployment(client, name)
  const info = await client.info(deployment.id)
  const verdict = deployment.hold ? undefined : verdictOf(info, info.generation)
  const endpoints = endpointsOf(info)
  if (options.json)
    context.stdout.write(
      `${JSON.stringify({
        name: deployment.name,
        status: info.status,
        verdict: verdict ?? null,
        error: info.error ?? null,
        endpoints: endpoints.map((view) => ({
          ...{ resource: view.resource, endpoint: view.endpoint, state: view.state, url: view.url ?? null },
          conditions: [...openConditions(view), ...noticedConditions(view)],
        })),
        replicas: Object.fromEntries(
          Object.entries(info.resources).flatMap(([id, { replicas }]) => (replicas ? [[id, replicas]] : [])),
        ),
        drift: info.drift ?? [],
      })}\n`,
    )
  else {
    const paint = paintFor(context.stdout, context.env)
    const pinned = await pinLine(client, deployment)
    const state = deployment.hold ? "held" : info.status
    const lines = [
      `${paint("bold", deployment.name)}  ${paintState(state, paint)}`,
      ...(pinned ? [`${paint("yellow", "!")} ${pinned}`] : []),
      ...endpointLines(endpoints, paint),
      ...restartLines(info, paint),
      ...faultLines(info, paint),
      ...driftLines(info, paint),
    ]
    context.stdout.write(`${lines.join("\n")}\n`)
  }
  return verdict === undefined ? EXIT.failed : EXIT_BY_VERDICT[verdict]
}

function endpointLines(views: readonly EndpointView[], paint: Paint): string[] {
  const width = Math.max(...views.map(({ resource, endpoint }) => resource.length + 1 + endpoint.length))
  return views.flatMap((view) => {
    const name = `${view.resource}.${view.endpoint}`.padEnd(width)
    const state = view.state === "ready" ? "" : `${paintState(view.state, paint)}  `
    return [
      `${stateSymbol(view.state, paint)} ${name}  ${state}${view.url ?? ""}`.trimEnd(),
      ...(view.state === "ready" ? noticedConditions(view) : openConditions(view)).flatMap(
        ({ type, code, on, message, fix }) => [
          `    ${paint("yellow", code ?? type)}${on ? `  ${paint("bold", on)} acts` : ""}${message ? `: ${firstLine(message)}` : ""}`,
          ...(fix ? [`    ${paint("dim", "fix")}  ${firstLine(fix)}`] : []),
        ],
      ),
    ]
  })
}

const faultLines = ({ error, status }: DeploymentInfoResponse, paint: Paint): string[] =>
  error
    ? [
        `${paint("red", "✖")} ${firstLine(error.message)} (${error.code})${status.endsWith("-failed") ? "" : "; it is tried again"}`,
        ...(error.hint ? [`    ${paint("dim", "hint")}  ${firstLine(error.hint)}`] : []),
      ]
    : []

/** Lines about changes by others. A customer sees the fields, not the values. */
const driftLines = ({ drift = [] }: DeploymentInfoResponse, paint: Paint): string[] =>
  drift.flatMap(({ node, at, fields }) => [
    `${paint("yellow", "~")} ${node}  changed by somebody else, and changed back ${at}`,
    ...fields.map(({ field, ...values }) => `    ${field}${differenceOf(values)}`),
  ])

const differenceOf = ({ expected, observed }: { expected?: string | undefined; observed?: string | undefined }) =>
  expected === undefined && observed === undefined
    ? ""
    : `: ${expected ?? "(not shown)"} → ${observed ?? "(not shown)"}`

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? ""
