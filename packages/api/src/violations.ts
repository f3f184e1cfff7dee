import { type AlienError, type Violation, violations } from "@alienplatform/core"
import type { z } from "@hono/zod-openapi"

type Issue = z.core.$ZodIssue

/** The issues of a zod schema as violations, one each; every unknown member is a violation of its own. */
export function violationsOf(issues: readonly Issue[], at: readonly PropertyKey[] = []): Violation[] {
  return issues.flatMap((issue): Violation[] => {
    const path = [...at, ...issue.path]
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({
        path: pathText([...path, key]),
        code: "key_unknown",
        message: "is not a field of this request; remove it or correct its name",
      }))
    if (issue.code === "invalid_type" && issue.input === undefined && /received undefined/.test(issue.message))
      return [{ path: pathText(path), code: "value_missing", message: issue.message }]
    return [{ path: pathText(path), code: "value_malformed", message: issue.message }]
  })
}

/** The error `request_invalid` with every issue; `where` says what was checked: `body`, `query`. */
export const requestInvalid = (where: string, issues: readonly Issue[]): AlienError =>
  violations("request_invalid", `the ${where}`, violationsOf(issues))

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? String(step) : `${text}.${String(step)}`,
    "",
  ) || "(whole)"
