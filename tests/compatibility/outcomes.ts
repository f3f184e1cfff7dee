export interface Refusal {
  operation: string
  asks: string
  /** Of the answer, or of its violation. */
  code: string
  /** The field that is refused; absent where the whole request is. */
  path?: string
  /** What to ask for instead, where there is something. */
  instead?: string
}

const setting = (asks: string, path: string, instead?: string): Refusal => ({
  ...{ operation: "create_deployment", asks, code: "setting_not_supported", path },
  ...(instead === undefined ? {} : { instead }),
})

/** Recorded calls that are refused; all others are taken. The replay holds it. */
export const REFUSALS: readonly Refusal[] = [
  setting("endpointAccess private", "endpointAccess", "the exposure of each endpoint"),
  setting("sizes of containers", "compute", "the stack's cpu and memory"),
  setting("a pull model", "deploymentModel"),
  setting("airgapped", "airgapped"),
  setting("setupManagement automatic", "setupManagement"),
  setting("quotaWarningOverrides", "quotaWarningOverrides"),
  setting(
    "a managed certificate",
    `domains.customDomains["api.web"].certificate.managed`,
    "a certificate of the customer's own, or pem",
  ),
  setting("inputValues", "inputValues.region", "environmentVariables of the deployment"),
  setting("setupHandoff await-registration", "setupHandoff", "hold"),
  setting("setupMethod", "setupMethod"),
  setting("basePlatform", "basePlatform"),
  {
    ...{ operation: "create_release", asks: "channel beta", code: "setting_not_supported", path: "channel" },
    instead: "production, or draft",
  },
  {
    ...{ operation: "create_token", asks: "type tunnel", code: "not_supported" },
    instead: "role: admin or customer",
  },
  { ...{ operation: "delete_deployment", asks: "retain", code: "not_supported" }, instead: "forget" },
  { ...{ operation: "delete_deployment", asks: "erase", code: "not_supported" }, instead: "cleanup" },
]

export const refusalOf = (operation: string, asks: string | undefined): Refusal | undefined =>
  REFUSALS.find((one) => one.operation === operation && one.asks === asks)

/** What a client meets although its call is taken, by operation. */
export const REMARKS: Readonly<Record<string, string>> = {
  create_deployment: "`token` is null; `heartbeats` and `telemetry` are taken with a plan note",
  create_release: "`projectId` or `project` is `default`",
  delete_deployment: "`cleanupRequired` is false: the manager deletes everything",
  delete_token: "204, unless `Accept` names `application/json`",
  get_deployment_info: "`publicUrl` never is that of a tcp endpoint",
  get_deployment_logs: "the JSON document, because `Accept` names `application/json`",
  list_deployments: "whole, because no `limit` is asked for",
  list_releases: "whole, because no `limit` is asked for",
}

/** Classes of builders whose resources run; those of all others are refused when the stack is built. */
export const RUN: readonly string[] = ["Worker", "Container", "Daemon"]
