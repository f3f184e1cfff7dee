import { codes } from "@alienplatform/core/codes"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { connect, type ManagerClient } from "../manager/client.ts"
import { endpointsOf } from "../manager/endpoint-view.ts"
import { allDeployments, chooseDeployment } from "../manager/find-deployment.ts"
import { placeOf, type TypingPlace } from "./place-of.ts"

/** How long a person who pressed Tab waits for a manager. */
const TIMEOUT_MS = 300

/** Matches what a shell takes as one word with nothing in it to expand. */
const PLAIN = /^[\w.-]+$/

/**
 * `alien __complete WORD…`, which the scripts of `alien completion` call: prints what the last word may become, a line
 * each. Where a manager has to be asked it is asked as by every command, for 300 ms. What goes wrong is not said.
 */
export async function complete(words: readonly string[], context: Context): Promise<number> {
  const place = placeOf(words)
  if (!place) return EXIT.ok
  const found = await candidates(place, context).catch(() => [])
  const fitting = new Set(found.filter((word) => word.startsWith(place.typed) && PLAIN.test(word)))
  context.stdout.write([...fitting].map((word) => `${word}\n`).join(""))
  return EXIT.ok
}

async function candidates({ completes, before, options }: TypingPlace, context: Context): Promise<readonly string[]> {
  if (completes === "code") return codes()
  const { deployment: named, ...connection } = options
  const client = await connect(connection, silent(context))
  if (completes === "deployment") return namesOf(client)
  if (completes === "resource") return resourcesOf(client, before[0])
  if (named !== undefined) return before.length === 0 ? endpointNamesOf(client, named) : []
  if (before.length > 0) return before.length === 1 ? endpointNamesOf(client, before[0]) : []
  const [names, endpoints] = await Promise.all([
    namesOf(client),
    endpointNamesOf(client, undefined).catch(() => []), // Of several deployments none is meant.
  ])
  return [...names, ...endpoints]
}

const namesOf = async (client: ManagerClient): Promise<string[]> =>
  (await allDeployments(client)).map(({ name }) => name)

const infoOf = async (client: ManagerClient, deployment: string | undefined) =>
  client.info((await chooseDeployment(client, deployment)).id)

const resourcesOf = async (client: ManagerClient, deployment: string | undefined): Promise<string[]> =>
  Object.keys((await infoOf(client, deployment)).resources)

/** `api` and `api.web`, the short ones first. */
async function endpointNamesOf(client: ManagerClient, deployment: string | undefined): Promise<string[]> {
  const views = endpointsOf(await infoOf(client, deployment))
  return [...views.map(({ resource }) => resource), ...views.map(({ resource, endpoint }) => `${resource}.${endpoint}`)]
}

/** The same surroundings, in which nothing is said and no request takes longer than a person waits. */
const silent = (context: Context): Context => ({
  ...context,
  stderr: { write: () => true },
  interrupts: { signal: AbortSignal.any([context.interrupts.signal, AbortSignal.timeout(TIMEOUT_MS)]) },
})
