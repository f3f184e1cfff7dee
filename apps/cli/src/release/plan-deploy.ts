import type { Client, PlanResponse } from "@alienplatform/api/client"
import type { Context } from "../context.ts"
import { requestPlan } from "./request-plan.ts"
import { mergePatch, type SettingsFile } from "./settings-file.ts"
import type { Target } from "./target.ts"

export interface Planned {
  plan: PlanResponse["plan"]
  /** The plan as text for people. */
  text: string
  /** Prefix of the names in it, of a new deployment. */
  resourcePrefix: string | undefined
}

export interface PlanRequestOptions {
  releaseId: string
  settings: SettingsFile | undefined
  timeoutMs: number
  /** The release may be of another stack than the one that is installed. */
  replaceStack?: boolean
}

/**
 * Plans the installation of a release. A deployment that does not exist, or is to be adopted, is not created for it.
 */
export async function planDeploy(
  client: Client,
  { name, platform, existing, adopt }: Target,
  { releaseId, settings, timeoutMs, replaceStack }: PlanRequestOptions,
  context: Context,
): Promise<Planned> {
  const {
    plan,
    text = "No changes.",
    resourcePrefix,
  } = existing
    ? await requestPlan(
        client,
        existing,
        {
          releaseId,
          stackSettings: settings && mergePatch(existing.stackSettings, settings.value),
          timeoutMs,
          otherStack: replaceStack,
        },
        context,
      )
    : await client.planNew({
        ...{ name, platform, releaseId },
        ...(settings ? { stackSettings: settings.value } : {}),
        ...(adopt === undefined ? {} : { adopt }),
      })
  return { plan, text, resourcePrefix }
}
