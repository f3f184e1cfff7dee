import type { Client } from "@alienplatform/api/client"
import { problem } from "@alienplatform/core/error"

/** A deployment as the manager answers. */
export type Deployment = Awaited<ReturnType<Client["deployment"]>>

/** Every deployment that is not deleted, newest first. */
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
  const { items } = await client.deployments({ name })
  return items.find((deployment) => deployment.name === name)
}

/** Throws `deployment_not_found`, which tells the names that there are. */
export async function deploymentNamed(client: Client, name: string): Promise<Deployment> {
  const found = await findDeployment(client, name)
  if (found) return found
  const names = (await client.deployments({ limit: 20 })).items.map((deployment) => deployment.name)
  throw problem("deployment_not_found", {
    message: `there is no deployment ${name}`,
    hint: names.length > 0 ? `there are: ${names.join(", ")}` : `make it with: alien deploy ${name}`,
  })
}

/** For commands in which the name may be left out. Throws `deployment_ambiguous` unless there is exactly one. */
export async function onlyDeployment(client: Client): Promise<Deployment> {
  const [only, ...others] = await allDeployments(client)
  if (!only)
    throw problem("deployment_not_found", {
      message: "there is no deployment yet",
      hint: "make one: alien deploy NAME",
    })
  if (others.length > 0)
    throw problem("deployment_ambiguous", {
      message: `there are ${others.length + 1} deployments; name the one that is meant`,
      hint: `there are: ${[only, ...others].map((deployment) => deployment.name).join(", ")}`,
    })
  return only
}
