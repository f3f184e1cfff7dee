import type { CreateDeploymentRequest } from "@alienplatform/api"
import { type Violation, violations } from "@alienplatform/core"

/**
 * A request in our own words: what published clients call otherwise is renamed, and what they may ask for and nobody can do here is
 * refused with `setting_not_supported`, every field by its name.
 */
export function withoutPublishedFields(body: CreateDeploymentRequest): CreateDeploymentRequest {
  const { basePlatform, inputValues, setupHandoff, setupMethod, pinnedReleaseId, ...ours } = body
  const found: Violation[] = []
  const refuse = (path: string, message: string) => found.push({ path, code: "setting_not_supported", message })
  if (basePlatform) refuse("basePlatform", "an installation on Kubernetes is not supported yet; leave it out")
  for (const name of Object.keys(inputValues ?? {}))
    refuse(`inputValues.${name}`, "inputs of a stack are not supported yet; give the deployment environmentVariables")
  if (setupHandoff === "await-registration")
    refuse("setupHandoff", 'nothing is set up before a deployment here; leave it out, and use "hold" to begin later')
  if (setupMethod) refuse("setupMethod", "setup packages are not supported yet; leave it out")
  if (found.length > 0) throw violations("setting_not_supported", "the deployment", found)
  if (!pinnedReleaseId) return ours
  if (ours.releaseId && ours.releaseId !== pinnedReleaseId)
    throw violations("request_invalid", "the body", [
      {
        path: "pinnedReleaseId",
        code: "value_malformed",
        message: "is another release than releaseId; give one of them",
      },
    ])
  return { ...ours, releaseId: pinnedReleaseId }
}
