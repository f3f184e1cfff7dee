import { AlienError, codeOf } from "@alienplatform/core"
import { httpStatusOf } from "@alienplatform/core/codes"
import { errorBody } from "../answers/error-body.ts"
import { deploy } from "./deploy.ts"
import { destroy, forget } from "./destroy.ts"
import { judgeAfterFault } from "./judge-after-fault.ts"
import { failedStatus } from "./status.ts"
import type { Next, Work } from "./types.ts"

/** After a fault that is not the deployment's, in ms; doubled each time in a row. */
const FIRST_RETRY = 2_000
const LAST_RETRY = 5 * 60_000

/** Everything one claim asks for; answers with when the deployment is due again. Throws `lease_lost` alone. */
export async function workOn(work: Work, failures: Map<string, number>): Promise<Next> {
  const { deployment, clock, logger } = work
  try {
    const next = await step(work)
    failures.delete(deployment.id)
    return next
  } catch (error) {
    if (codeOf(error) === "lease_lost") throw error
    const count = failures.get(deployment.id) ?? 0
    const again = () => clock.now() + Math.min(FIRST_RETRY * 2 ** count, LAST_RETRY)
    failures.set(deployment.id, count + 1)
    try {
      return (await failed(work, error)) ? again() : null
    } catch (second) {
      if (codeOf(second) === "lease_lost") throw second
      logger.error({ deployment: deployment.id, code: codeOf(second), err: second }, "a failure could not be stored")
      return again()
    }
  }
}

async function step(work: Work): Promise<Next> {
  const { deployment } = work
  if (deployment.deleteAction === "forget") return forget(work)
  if (deployment.deleteAction !== null) return destroy(work)
  return deployment.hold ? null : deploy(work)
}

/**
 * A refusal fails the deployment until somebody changes it: false. Anything else is tried again, less and less often,
 * and its endpoints are judged by what can be seen meanwhile.
 */
async function failed(work: Work, error: unknown): Promise<boolean> {
  const { store, claim, deployment, clock, logger, lastLooks } = work
  const code = codeOf(error)
  logger.error({ deployment: deployment.id, code, err: error }, "run failed")
  // Nobody looks after a deployment that is deleted, so whatever keeps its last objects is tried again.
  const refusal = isRefusal(error) && deployment.status !== "deleted"
  const body = errorBody(error, "deployment's id")
  await store.report(
    claim.lease,
    {
      error: body,
      ...(refusal
        ? {
            status: failedStatus(deployment),
            observedGeneration: deployment.generation,
            retried: deployment.generation,
          }
        : {}),
    },
    clock.now(),
  )
  if (refusal) return false
  // The next run looks at everything, and so takes the error back.
  lastLooks.delete(deployment.id)
  if (deployment.deleteAction === null) await judgeAfterFault(work, body)
  return true
}

/** What a request is refused for as well: release and settings. Whatever else failed is the machine's. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof AlienError) || error.internal || error.retryable) return false
  const status = httpStatusOf(error.code)
  return status === 400 || status === 422
}
