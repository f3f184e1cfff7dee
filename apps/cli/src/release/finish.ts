import type { Client } from "@alienplatform/api/client"
import { exitCodeOf } from "@alienplatform/core/codes"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import type { Deployment } from "../manager/find-deployment.ts"
import type { Verdict } from "../manager/verdict.ts"
import { askLine, endpointBlocks } from "../output/deployment.ts"
import { renderFailure } from "../output/failure.ts"
import type { Progress } from "../output/progress.ts"
import { paintFor, screenFor } from "../output/style.ts"
import { waitUntilReady } from "./wait-until-ready.ts"

export const EXIT_BY_VERDICT: Readonly<Record<Verdict, number>> = {
  ready: EXIT.ok,
  waiting: EXIT.waiting,
  failed: EXIT.failed,
}

export interface Finish {
  /** Title of the wait: `deploy shop`. */
  title: string
  /** The deployment whose present generation is waited for. */
  deployment: Deployment
  /** How long to wait, ms. */
  timeoutMs: number
  json: boolean | undefined
  /** Members of the result beside `{verdict, deploymentId, info}`. */
  result?: object
}

/**
 * Waits for the verdict on a deployment, shows it and returns the exit code. `--json`: events, at last `{"result":
 * {verdict, deploymentId, …, info}}`.
 */
export async function waitForVerdict(
  { title, deployment, timeoutMs, json, result = {} }: Finish,
  client: Client,
  progress: Progress,
  context: Context,
): Promise<number> {
  const { verdict, info, hopeless } = await progress.step(
    title,
    (report) => waitUntilReady(client, deployment, timeoutMs, progress, report, context),
    ({ verdict }) => verdict === "ready",
  )
  const code = hopeless?.condition.code
  const exit = code ? exitCodeOf(code) : EXIT_BY_VERDICT[verdict]
  if (json) {
    const last = { result: { verdict, deploymentId: deployment.id, ...result, info } }
    context.stdout.write(`${JSON.stringify(last)}\n`)
    return exit
  }
  // On a terminal the steps stand right above.
  if (context.stdout.isTTY) context.stdout.write("\n")
  const blocks = [...endpointBlocks(info, screenFor(context.stdout, context.env)), askLine(info, deployment.name)]
  context.stdout.write(`${blocks.filter(Boolean).join("\n\n")}\n`)
  if (info.error) context.stderr.write(renderFailure(info.error, paintFor(context.stderr, context.env)))
  return exit
}

/** Reports that the work continues in the manager, for commands that do not wait; returns the exit code. */
export function reportWithoutWaiting(
  deployment: Deployment,
  { json, result = {} }: Pick<Finish, "json" | "result">,
  context: Context,
): number {
  const { id, name, generation } = deployment
  if (json)
    context.stdout.write(`${JSON.stringify({ result: { verdict: null, deploymentId: id, generation, ...result } })}\n`)
  else if (deployment.hold) context.stdout.write(`${name} is held: nothing runs until alien redeploy ${name}\n`)
  else context.stdout.write(`${name} goes on by itself; to wait for it: alien wait ${name}\n`)
  return EXIT.ok
}
