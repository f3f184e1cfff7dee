import { problem } from "@alienplatform/core/error"
import type { ManagerClient } from "./client.ts"
import { type EndpointView, endpointsOf, openConditions, waitsFor } from "./endpoint-view.ts"
import {
  allDeployments,
  chooseDeployment,
  type Deployment,
  findDeployment,
  onlyDeployment,
  requireDeployment,
} from "./find-deployment.ts"
import { onlyEndpoint, pickEndpoint } from "./pick-endpoint.ts"

export interface Target {
  /** Value of `--deployment`. */
  named: string | undefined
  /** Arguments `[DEPLOYMENT] [RESOURCE[.ENDPOINT]]`. */
  args: readonly string[]
  /** Name of the command for errors: `alien url`. */
  command: string
  /** Picks where no endpoint is named; by default the only one. Throws for none. */
  unnamed?: (views: readonly EndpointView[], deployment: string) => EndpointView
}

export interface FoundEndpoint {
  deployment: Deployment
  view: EndpointView & { url: string }
}

/**
 * Finds the endpoint that a command line names, and its deployment. One argument is a deployment where there is one of
 * that name, else an endpoint of the deployment that is meant without a name. A command line with too many arguments
 * fails before the manager is asked.
 */
export async function findEndpoint(target: Target, connected: () => Promise<ManagerClient>): Promise<FoundEndpoint> {
  const { named, args, command } = target
  if (args.length > (named === undefined ? 2 : 1))
    throw problem("usage_invalid", {
      message: `${args.length} arguments are too many`,
      hint: `${command} NAME RESOURCE[.ENDPOINT], or ${command} RESOURCE[.ENDPOINT] --deployment NAME`,
    })
  const client = await connected()
  const { deployment, view } = await pick(target, client)
  if (view.url === undefined) throw noUrlYet(view, deployment.name)
  return { deployment, view: { ...view, url: view.url } }
}

interface Picked {
  deployment: Deployment
  view: EndpointView
}

async function pick({ named, args, command, unnamed = onlyEndpoint }: Target, client: ManagerClient): Promise<Picked> {
  const inDeployment = async (deployment: Deployment, endpoint: string | undefined): Promise<Picked> => {
    const views = endpointsOf(await client.info(deployment.id))
    const { name } = deployment
    return { deployment, view: endpoint === undefined ? unnamed(views, name) : pickEndpoint(views, endpoint, name) }
  }
  const [first, second] = args
  if (named !== undefined) return inDeployment(await requireDeployment(client, named), first)
  if (first === undefined) return inDeployment(await chooseDeployment(client, undefined), undefined)
  if (second !== undefined) return inDeployment(await requireDeployment(client, first), second)

  const byName = await findDeployment(client, first)
  if (!byName) return inDeployment(await chooseDeployment(client, undefined), first)
  const other = await unnamedDeployment(client)
  const isResource = other && Object.hasOwn((await client.info(other.id)).resources, first)
  if (!isResource) return inDeployment(byName, undefined)
  if (other.id === byName.id) return inDeployment(byName, first)
  throw problem("deployment_ambiguous", {
    message: `${first} is a deployment, and a resource of ${other.name}`,
    hint: `${command} ${other.name} ${first} for the resource; ${command} RESOURCE --deployment ${first} for the deployment`,
  })
}

/** The deployment that a command means without a name; undefined where there is no such one. */
async function unnamedDeployment(client: ManagerClient): Promise<Deployment | undefined> {
  const all = await allDeployments(client)
  try {
    return onlyDeployment(all, client)
  } catch {
    return undefined
  }
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
