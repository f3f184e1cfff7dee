import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import type { Condition } from "@alienplatform/core"
import { endpointsOf, openConditions } from "./endpoint-view.ts"

export interface OpenCondition {
  resource: string
  endpoint: string
  condition: Condition
}

/** What keeps a deployment's endpoints from being ready, in declared order. */
export const openConditionsOf = (info: DeploymentInfoResponse): OpenCondition[] =>
  endpointsOf(info).flatMap((view) =>
    openConditions(view).map((condition) => ({ resource: view.resource, endpoint: view.endpoint, condition })),
  )

export interface HopelessOptions {
  /** Only what was seen since this generation of the deployment counts. */
  generation: number
  /** Which conditions matter to whoever waits; default all. */
  concerns?: (open: OpenCondition) => boolean
  /** Does what has failed at the first read count? Default no: it may be of what ran before. */
  countsAtOnce?: (info: DeploymentInfoResponse) => boolean
}

/**
 * Makes a function that tells, read by read, what waiting cannot mend: a condition that failed and that a person has to
 * act on. What had failed at the first read may be of before, until it is another one.
 */
export function hopelessFinder({
  generation,
  concerns = () => true,
  countsAtOnce = () => false,
}: HopelessOptions): (info: DeploymentInfoResponse) => OpenCondition | undefined {
  let before: ReadonlySet<string> | undefined
  return (info) => {
    const failed = openConditionsOf(info).filter(
      (open) =>
        open.condition.status === "failed" &&
        (open.condition.on === "vendor" || open.condition.on === "customer") &&
        concerns(open),
    )
    before ??= new Set(countsAtOnce(info) ? [] : failed.map(identityOf))
    return failed.find((found) => found.condition.observedGeneration >= generation && !before?.has(identityOf(found)))
  }
}

const identityOf = ({ resource, endpoint, condition: { type, code, since } }: OpenCondition): string =>
  JSON.stringify([resource, endpoint, type, code, since])
