import type { ContentfulStatusCode } from "hono/utils/http-status"

/** The one table from code to HTTP status. A code that is not here is a fault of the manager's machine or ours: 500. */
const STATUS: Readonly<Record<string, ContentfulStatusCode>> = {
  // The request itself is wrong: send another one.
  request_invalid: 400,
  stack_invalid: 400,
  settings_invalid: 400,
  cursor_invalid: 400,
  artifact_hash_mismatch: 400,

  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  resource_unknown: 404,
  request_timeout: 408,

  // The request is right, but not in today's state.
  name_taken: 409,
  deployment_deleting: 409,
  last_admin_token: 409,
  not_forgotten: 409,

  request_too_large: 413,
  media_type_not_supported: 415,

  // Understood, and refused: something in it cannot be done here.
  artifact_unknown: 422,
  detach_not_supported: 422,
  frozen_changed: 422,
  logs_not_supported: 422,
  not_supported: 422,
  other_installation: 422,
  platform_not_supported: 422,
  release_unavailable: 422,
  secret_unreadable: 422,
  setting_not_supported: 422,
  source_not_built: 422,
  stack_not_supported: 422,

  store_unavailable: 503,
}

/** HTTP status of an error code; 500 for codes that no request is the cause of. */
export const statusOf = (code: string): ContentfulStatusCode =>
  (Object.hasOwn(STATUS, code) ? STATUS[code] : undefined) ?? 500

/** Every code that the API answers with on purpose. */
export const apiCodes = (): string[] => Object.keys(STATUS)
