import type { CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { parseDurationMs } from "../duration.ts"
import { connect, type ManagerClient } from "../manager/client.ts"
import { chooseForChange, type Deployment } from "../manager/find-deployment.ts"
import { progressFor } from "../output/progress.ts"
import { reportWithoutWaiting, waitForVerdict } from "./finish.ts"

export interface RequestOptions extends CommonOptions {
  /** False with --no-wait. */
  wait?: boolean
  timeout?: string
}

/** Requests a change of a deployment and, unless told otherwise, waits for its verdict. */
export async function requestChange(
  verb: string,
  [name]: readonly string[],
  options: RequestOptions,
  context: Context,
  request: (client: ManagerClient, deployment: Deployment) => Promise<Deployment>,
): Promise<number> {
  const timeoutMs = parseDurationMs(options.timeout, 15 * 60_000, "--timeout")
  const client = await connect(options, context)
  const deployment = await request(client, await chooseForChange(client, name, context))
  const { json } = options
  const result = { releaseId: deployment.desiredReleaseId ?? null }
  if (options.wait === false) return reportWithoutWaiting(deployment, { json, result }, context)
  const title = `${verb} ${deployment.name}`
  return waitForVerdict({ title, deployment, timeoutMs, json, result }, client, progressFor(context, json), context)
}
