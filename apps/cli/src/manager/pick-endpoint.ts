import { nearest, problem } from "@alienplatform/core/error"
import type { ManagerClient } from "./client.ts"
import { type EndpointView, endpointsOf, openConditions, waitsFor } from "./endpoint-view.ts"
import { chooseDeployment, type Deployment } from "./find-deployment.ts"

/** Splits `RESOURCE` or `RESOURCE.ENDPOINT` at its last dot; ids and names have none. */
function splitTarget(target: string): { resource: string; endpoint: string | undefined } {
  const dot = target.lastIndexOf(".")
  return dot < 0
    ? { resource: target, endpoint: undefined }
    : { resource: target.slice(0, dot), endpoint: target.slice(dot + 1) }
}

/**
 * Picks an endpoint; a resource alone means its first http endpoint. Throws `endpoint_not_found`, which suggests the
 * nearest name.
 */
export function pickEndpoint(views: readonly EndpointView[], target: string, deployment: string): EndpointView {
  const { resource, endpoint } = splitTarget(target)
  const ofResource = views.filter((view) => view.resource === resource)
  const found =
    endpoint === undefined
      ? (ofResource.find((view) => view.protocol === "http") ?? ofResource[0])
      : ofResource.find((view) => view.endpoint === endpoint)
  if (found) return found
  const known = views.map((view) => `${view.resource}.${view.endpoint}`)
  const meant = nearest(target, endpoint === undefined ? views.map((view) => view.resource) : known)
  throw problem("endpoint_not_found", {
    message: `${deployment} has no public endpoint ${target}`,
    hint: meant
      ? `did you mean: ${meant}?`
      : known.length > 0
        ? `there are: ${known.join(", ")}`
        : "no resource of it declares one: .publicEndpoint(name)",
  })
}

export interface Target {
  /** Value of `--deployment`. */
  named: string | undefined
  /** Arguments `[NAME] RESOURCE[.ENDPOINT]`; none means the first http endpoint. */
  args: readonly string[]
  /** Name of the command for errors: `alien url`. */
  command: string
}

/**
 * Finds the endpoint that a command line names, and its deployment. A command line that names none fails before the
 * manager is asked.
 */
export async function findEndpoint(
  { named, args, command }: Target,
  client: () => Promise<ManagerClient>,
): Promise<{ deployment: Deployment; view: EndpointView & { url: string } }> {
  if (args.length > (named === undefined ? 2 : 1))
    throw problem("usage_invalid", {
      message: `${args.length} arguments are too many`,
      hint: `${command} NAME RESOURCE[.ENDPOINT], or ${command} RESOURCE[.ENDPOINT] --deployment NAME`,
    })
  const target = args.at(-1)
  const asked = await client()
  const deployment = await chooseDeployment(asked, named ?? (args.length === 2 ? args[0] : undefined))
  const views = endpointsOf(await asked.info(deployment.id))
  const view =
    target === undefined
      ? (views.find(({ protocol }) => protocol === "http") ?? pickEndpoint(views, "", deployment.name))
      : pickEndpoint(views, target, deployment.name)
  if (view.url === undefined) throw noUrlYet(view, deployment.name)
  return { deployment, view: { ...view, url: view.url } }
}

function noUrlYet(view: EndpointView, deployment: string): Error {
  const [condition] = openConditions(view)
  const details = {
    message: `${view.resource}.${view.endpoint} has no URL yet: it is ${view.state}${waitsFor(view) ? `, ${waitsFor(view)}` : ""}`,
    hint: condition?.fix ?? `alien status ${deployment}`,
  }
  return view.state === "waiting"
    ? problem("url_waiting", details)
    : problem("url_not_known", { ...details, retryable: view.state === "provisioning" })
}
