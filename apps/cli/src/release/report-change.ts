import type { CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import type { ManagerClient } from "../manager/client.ts"
import type { Deployment } from "../manager/find-deployment.ts"
import { progressFor } from "../output/progress.ts"
import { reportWithoutWaiting, waitForVerdict } from "./finish.ts"

export interface ChangeOptions extends CommonOptions {
  wait?: boolean
  timeout?: string
}

export interface Change {
  /** The deployment after the change. */
  deployment: Deployment
  /** Lines about what changed, for people. */
  lines: readonly string[]
  /** How long to wait, ms. */
  timeoutMs: number
  /** Members of the result that say what changed, for programs. */
  result: object
}

/**
 * Reports what changed and, with --wait, waits for the verdict. `--json`: the last document is `{"result": {verdict,
 * deploymentId, …}}`.
 */
export function reportChange(
  { deployment, lines, timeoutMs, result }: Change,
  { json, wait }: ChangeOptions,
  client: ManagerClient,
  context: Context,
): number | Promise<number> {
  if (!json) context.stdout.write(lines.length === 0 ? "Nothing is different.\n" : `${lines.join("\n")}\n`)
  if (!wait || deployment.hold) return reportWithoutWaiting(deployment, { json, result }, context)
  const title = `update ${deployment.name}`
  return waitForVerdict({ title, deployment, timeoutMs, json, result }, client, progressFor(context, json), context)
}
