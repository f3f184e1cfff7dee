import { codeOf } from "@alienplatform/core/error"

/** Exit codes, on which scripts may rely. */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** The command line, the stack or the settings are wrong. */
  invalid: 2,
  /** A person must act before it can go on. */
  waiting: 3,
  /** Not allowed, or not found. */
  refused: 4,
  /** No manager answers. */
  unreachable: 5,
  interrupted: 130,
} as const

/** Codes of this command, and those that a plan's refusal carries. What the manager answers follows its own table. */
const BY_CODE: Readonly<Record<string, number>> = {
  usage_invalid: EXIT.invalid,
  unknown_command: EXIT.invalid,
  confirmation_required: EXIT.invalid,
  config_invalid: EXIT.invalid,
  config_insecure: EXIT.invalid,
  home_invalid: EXIT.invalid,
  stack_exists: EXIT.invalid,
  template_unknown: EXIT.invalid,
  settings_file_invalid: EXIT.invalid,
  deployment_ambiguous: EXIT.invalid,
  platform_mismatch: EXIT.invalid,
  stack_not_found: EXIT.invalid,
  stack_file_invalid: EXIT.invalid,
  stack_file_failed: EXIT.invalid,
  package_file_invalid: EXIT.invalid,
  handler_missing: EXIT.invalid,
  source_not_found: EXIT.invalid,
  build_failed: EXIT.invalid,
  cargo_failed: EXIT.invalid,
  binary_not_found: EXIT.invalid,
  binary_ambiguous: EXIT.invalid,
  executable_not_supported: EXIT.invalid,
  toolchain_not_supported: EXIT.invalid,
  native_module_not_supported: EXIT.invalid,
  exposure_not_supported: EXIT.invalid,
  setting_not_supported: EXIT.invalid,
  url_waiting: EXIT.waiting,
  waiting_on_person: EXIT.waiting,
  deployment_not_found: EXIT.refused,
  endpoint_not_found: EXIT.refused,
  resource_unknown: EXIT.refused,
  variable_unknown: EXIT.refused,
  manager_unreachable: EXIT.unreachable,
  manager_unknown: EXIT.unreachable,
  answer_invalid: EXIT.unreachable,
  interrupted: EXIT.interrupted,
}

const BY_STATUS: Readonly<Record<number, number>> = {
  400: EXIT.invalid,
  401: EXIT.refused,
  403: EXIT.refused,
  404: EXIT.refused,
  413: EXIT.invalid,
  422: EXIT.invalid,
  503: EXIT.unreachable,
}

/** Finds the exit code for anything thrown: by its code, else by the HTTP status of that code, else 1. */
export async function exitCodeOf(error: unknown): Promise<number> {
  const code = codeOf(error)
  const known = BY_CODE[code]
  if (known !== undefined) return known
  // Only here, so that a mistake on the command line is answered without loading the client.
  const { statusOf } = await import("@alienplatform/api/client")
  return BY_STATUS[statusOf(code)] ?? EXIT.failed
}
