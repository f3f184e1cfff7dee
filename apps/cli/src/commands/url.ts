import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { type EndpointView, endpointsOf, openConditions, waitsFor } from "../manager/endpoint-view.ts"
import { deploymentNamed, onlyDeployment } from "../manager/find-deployment.ts"

/**
 * `alien url [NAME] RESOURCE[.ENDPOINT]`: the URL and nothing else, so that a script can use it; whatever there is to
 * say goes to stderr. A resource alone means its first http endpoint.
 */
export const url: Action<CommonOptions> = async (args, options, context) => {
  const [first = "", second, ...rest] = args
  if (rest.length > 0)
    throw problem("usage_invalid", {
      message: `${args.length} arguments are too many`,
      hint: "alien url NAME RESOURCE[.ENDPOINT]",
    })
  const client = await connect(options, context)
  const deployment = second === undefined ? await onlyDeployment(client) : await deploymentNamed(client, first)
  const view = pick(endpointsOf(await client.info(deployment.id)), second ?? first, deployment.name)
  if (view.url === undefined) throw noUrlYet(view, deployment.name)
  if (options.json)
    context.stdout.write(
      `${JSON.stringify({ url: view.url, resource: view.resource, endpoint: view.endpoint, state: view.state })}\n`,
    )
  else context.stdout.write(`${view.url}\n`)
  if (view.state !== "ready")
    context.stderr.write(
      `${view.resource}.${view.endpoint} is ${view.state}${waitsFor(view) ? `: ${waitsFor(view)}` : ""}\n`,
    )
  return EXIT.ok
}

/** Ids may hold a dot-free name only, so the last dot parts the resource from the endpoint. */
function pick(views: readonly EndpointView[], target: string, deployment: string): EndpointView {
  const dot = target.lastIndexOf(".")
  const resource = dot < 0 ? target : target.slice(0, dot)
  const endpoint = dot < 0 ? undefined : target.slice(dot + 1)
  const ofResource = views.filter((view) => view.resource === resource)
  const found =
    endpoint === undefined
      ? (ofResource.find((view) => view.protocol === "http") ?? ofResource[0])
      : ofResource.find((view) => view.endpoint === endpoint)
  if (found) return found
  const known = views.map((view) => `${view.resource}.${view.endpoint}`)
  throw problem("endpoint_not_found", {
    message: `${deployment} has no public endpoint ${target}`,
    hint: known.length > 0 ? `there are: ${known.join(", ")}` : "no resource of it declares one: .publicEndpoint(name)",
  })
}

function noUrlYet(view: EndpointView, deployment: string): Error {
  const [condition] = openConditions(view)
  const details = {
    message: `${view.resource}.${view.endpoint} has no URL yet: it is ${view.state}${waitsFor(view) ? `, ${waitsFor(view)}` : ""}`,
    hint: condition?.fix ?? `alien info ${deployment}`,
  }
  return view.state === "waiting"
    ? problem("url_waiting", details)
    : problem("url_not_known", { ...details, retryable: view.state === "provisioning" })
}
