import type { Client } from "@alienplatform/api/client"
import { nearest, problem } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import type { ManagerClient } from "./client.ts"

/** A deployment as the API answers it. */
export type Deployment = Awaited<ReturnType<Client["deployment"]>>

/** Matches a deployment's name, which is a part of host names: a DNS label of at most 40 characters. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

export const isDeploymentName = (text: string): boolean => NAME.test(text)

/** Lists all deployments that are not deleted, newest first. */
export async function allDeployments(client: Client): Promise<Deployment[]> {
  const found: Deployment[] = []
  let cursor: string | undefined
  do {
    const page = await client.deployments({ limit: 100, ...(cursor ? { cursor } : {}) })
    found.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return found
}

export async function findDeployment(client: Client, name: string): Promise<Deployment | undefined> {
  if (!isDeploymentName(name)) return undefined
  const { items } = await client.deployments({ name })
  return items.find((deployment) => deployment.name === name)
}

/**
 * Finds a deployment by name. Throws `deployment_not_found`, which suggests the nearest name, else lists those that
 * exist.
 */
export async function requireDeployment(client: Client, name: string): Promise<Deployment> {
  return (await findDeployment(client, name)) ?? notFound(name, await allDeployments(client))
}

/**
 * Finds a deployment by name, or without a name the only one, or that of `alien dev`. Throws `deployment_ambiguous`
 * where there are several.
 */
export async function chooseDeployment(client: ManagerClient, name: string | undefined): Promise<Deployment> {
  if (name !== undefined) return requireDeployment(client, name)
  return onlyDeployment(await allDeployments(client), client)
}

/**
 * As `chooseDeployment`, for what changes the deployment: says which one it is where no name was given, and throws
 * `deployment_ambiguous` where another one might be meant: that of the `alien dev` that runs here while the environment
 * names another manager, or one that is not `alien dev`'s own at its manager.
 */
export async function chooseForChange(
  client: ManagerClient,
  name: string | undefined,
  { stderr }: Pick<Context, "stderr">,
): Promise<Deployment> {
  if (name !== undefined) return requireDeployment(client, name)
  const all = await allDeployments(client)
  const chosen = onlyDeployment(all, client)
  if (client.from === "environment" && client.passedOver !== undefined)
    throw ambiguous(`${client.passedOver} runs here, and ALIEN_MANAGER_URL names ${client.url}`, all)
  if (client.isDev && chosen.name !== client.devDeployment)
    throw ambiguous("`alien dev` has not made its own deployment yet", all)
  stderr.write(
    `${chosen.name} is meant, ${all.length === 1 ? "the only deployment" : "of `alien dev`"} at ${client.url}.\n`,
  )
  return chosen
}

/**
 * Picks the only one of the deployments, or that of `alien dev`. Throws `deployment_ambiguous` where there are several.
 */
export function onlyDeployment(
  all: readonly Deployment[],
  { devDeployment }: Pick<ManagerClient, "devDeployment">,
): Deployment {
  const dev = all.find(({ name }) => name === devDeployment)
  const [only, ...others] = all
  if (dev) return dev
  if (!only)
    throw problem("deployment_not_found", {
      message: "there is no deployment yet",
      hint: "make one: alien deploy NAME",
    })
  if (others.length > 0) throw ambiguous(`there are ${all.length} deployments`, all)
  return only
}

const ambiguous = (why: string, all: readonly Deployment[]) =>
  problem("deployment_ambiguous", {
    message: `${why}; name the one that is meant`,
    hint: `there are: ${namesOf(all)}`,
  })

export function notFound(name: string, all: readonly Deployment[]): never {
  const meant = nearest(
    name,
    all.map((deployment) => deployment.name),
  )
  throw problem("deployment_not_found", {
    message: `there is no deployment ${name}`,
    hint: meant
      ? `did you mean: ${meant}?`
      : all.length > 0
        ? `there are: ${namesOf(all)}`
        : isDeploymentName(name)
          ? `make it with: alien deploy ${name}`
          : "make one: alien deploy NAME",
  })
}

function namesOf(all: readonly Deployment[]): string {
  const names = all.slice(0, 20).map(({ name }) => name)
  return `${names.join(", ")}${all.length > names.length ? ", …" : ""}`
}
