import type { CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { durationOf } from "../duration.ts"
import { connect, type ManagerClient } from "../manager/client.ts"
import { chosenDeployment, type Deployment } from "../manager/find-deployment.ts"
import { progressFor } from "../output/progress.ts"
import { finish, leave } from "./finish.ts"

export interface WishOptions extends CommonOptions {
  /** False with --no-wait. */
  wait?: boolean
  timeout?: string
}

/** Says what is wanted of a deployment and, unless told otherwise, waits for it. */
export async function wishFor(
  verb: string,
  [name]: readonly string[],
  options: WishOptions,
  context: Context,
  wish: (client: ManagerClient, deployment: Deployment) => Promise<Deployment>,
): Promise<number> {
  const timeout = durationOf(options.timeout, 15 * 60_000, "--timeout")
  const client = await connect(options, context)
  const deployment = await wish(client, await chosenDeployment(client, name))
  const { json } = options
  const result = { releaseId: deployment.desiredReleaseId ?? null }
  if (options.wait === false) return leave(deployment, { json, result }, context)
  const title = `${verb} ${deployment.name}`
  return finish({ title, deployment, timeout, json, result }, client, progressFor(context, json), context)
}
