import type { CodeFacts } from "../facts.ts"

/** What the manager refuses a request for. */
export const requestCodes = {
  artifact_hash_mismatch: {
    means: "An artifact's bytes do not have the SHA-256 that names it: the file was damaged or changed.",
    fix: "Upload it again with `alien release`.",
    acts: "vendor",
    http: 400,
  },
  artifact_unknown: {
    means: "A release refers to artifacts that were not uploaded; `context.violations` lists them.",
    fix: "Upload each with `PUT /v1/artifacts/{sha256}`, then create the release again.",
    acts: "vendor",
    http: 422,
  },
  cursor_invalid: {
    means: "The `cursor` of a list, or the `since` of logs, was not given by that list or those logs.",
    fix: "The caller starts again without one.",
    http: 400,
  },
  deployment_deleting: {
    means: "Something was asked of a deployment that is deleted or being deleted.",
    fix: "Create another deployment; its name is free once it is deleted.",
    http: 409,
  },
  detach_not_supported: {
    means: "Nobody else can run or end what was made on this platform, so it cannot be left for good.",
    fix: "The vendor deletes it (`cleanup`), or forgets the deployment, which leaves the objects as they are until it is adopted.",
    acts: "vendor",
    http: 422,
  },
  forbidden: {
    means:
      "The token is valid but its role does not allow this request; the message says whose token does. The answer is the same whether the thing exists or not.",
    fix: "Use such a token, or ask who has one: deleting a deployment, for example, takes an admin's, so a customer asks the vendor.",
    http: 403,
  },
  frozen_changed: {
    means:
      "A release changes or removes a resource that the installed release declares `frozen`; the message names what differs.",
    fix: "Take the change back, or declare the resource `live`.",
    acts: "vendor",
    http: 422,
  },
  internal_error: {
    means: "A fault of this software; its message is in the log only.",
    fix: "Report it, with the lines of the log.",
    acts: "manager",
  },
  last_admin_token: {
    means: "The token to be revoked is the last one of an admin, and without one nobody could make another.",
    fix: "The admin creates a second one with `POST /v1/tokens` first.",
    http: 409,
  },
  logs_not_supported: {
    means: "The platform of the deployment keeps no logs that the manager can read.",
    fix: "Read them with the platform's own tools.",
    http: 422,
  },
  media_type_not_supported: {
    means: "The body of a request is not `application/json`.",
    fix: "Send JSON with that content type.",
    http: 415,
  },
  not_forgotten: {
    means:
      "A deployment was to be adopted that was not forgotten: it still runs or is being deleted, or it was deleted with its objects, and nothing is left to adopt.",
    fix: "The vendor uses the deployment that there is, or creates a new one.",
    acts: "vendor",
    http: 409,
  },
  not_found: {
    means: "What was asked for is not there, was deleted and forgotten, or is not visible to the caller.",
    fix: "The caller checks the id.",
    http: 404,
  },
  not_supported: {
    means:
      "What was asked for exists in another version of the API, or is not built yet. A value that asks for nothing (`stateful: false`, `null`) is not refused.",
    fix: "Write what the message says instead, or leave it out.",
    acts: "vendor",
    http: 422,
  },
  other_installation: {
    means:
      "A deployment was to be adopted whose id this installation never gave. Only a deployment's own installation can adopt it: the objects of another one carry other marks.",
    fix: "The vendor checks the id, or asks the manager that made it.",
    acts: "vendor",
    http: 422,
  },
  platform_not_supported: {
    means: "This manager does not deploy to that platform.",
    fix: "Choose one of those that the message names, or start the manager with that platform.",
    http: 422,
  },
  release_removed: {
    means:
      "The release that was named is no longer kept: newer ones of its stack took its place, and no deployment had it installed, before that, or asked for. It stays in the list, without its stack and artifacts.",
    fix: "Release its commit again. How many are kept is `--keep-releases` of `alien serve`.",
    acts: "vendor",
    http: 422,
  },
  release_unavailable: {
    means:
      "The release that was named does not exist or has no stack for the platform, there is no release for it yet, or a rollback has none to go back to.",
    fix: "Create a release first, or name one of the list.",
    acts: "vendor",
    http: 422,
  },
  request_invalid: {
    means:
      "The manager or the local gateway does not understand the request: members that are missing or malformed (`context.violations` lists them), no host, two, or one that is no name with a port from 1 to 65535, a target that is neither path nor URL, lengths or transfer codings that contradict each other, or a header that HTTP forbids.",
    fix: "The client corrects it.",
    http: 400,
    gateway: [400, 413],
  },
  request_timeout: {
    means: "The manager had no answer within its limit.",
    fix: "Send the request again.",
    retryable: true,
    http: 408,
  },
  request_too_large: {
    means: "The body is larger than the route takes: 1 MiB for JSON, 256 MiB for an artifact.",
    fix: "Whoever sends it leaves out what is not needed.",
    http: 413,
  },
  resource_unknown: {
    means:
      "The SDK was asked for a resource that the platform told this workload nothing about, or a request or variable names one that the stack does not have; the message lists the known ones.",
    fix: "Whoever named it corrects the id; the vendor links it in the stack where the SDK asks.",
    http: 404,
  },
  secret_unreadable: {
    means:
      "Secret variables of a deployment were sealed with another key, or altered; `context.violations` names each, never its value.",
    fix: "The admin sets them again with a PATCH, or starts the manager with the key of then.",
    acts: "vendor",
    http: 422,
  },
  setting_not_supported: {
    means:
      'A violation: a setting of the published API has a value that this version cannot fulfil. A value that asks for nothing (`deploymentModel: "push"`, `null`) is not refused.',
    fix: "The customer leaves it out.",
    acts: "customer",
    http: 422,
  },
  settings_invalid: {
    means: "Stack settings have mistakes; `context.violations` lists each with its path and code.",
    fix: "The customer corrects the settings.",
    acts: "customer",
    http: 400,
  },
  source_not_built: {
    means: "A release still refers to source instead of an artifact.",
    fix: "The vendor runs `alien release`, which builds and uploads it.",
    acts: "vendor",
    http: 422,
  },
  stack_invalid: {
    means: "A stack has mistakes; `context.violations` lists each with its path and code.",
    fix: "The vendor corrects the stack.",
    acts: "vendor",
    http: 400,
  },
  stack_not_supported: {
    means: "The platform cannot run this stack; `context.violations` lists every reason.",
    fix: "Change the stack, or the customer: choose another platform or other settings.",
    acts: "vendor",
    http: 422,
  },
  unauthorized: {
    means: "A request to the manager carried no valid token.",
    fix: "Add `Authorization: Bearer` with a token that was not revoked and whose deployment is not deleted.",
    http: 401,
  },
} as const satisfies Record<string, CodeFacts>
