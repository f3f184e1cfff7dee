import { type AlienError, type Violation, violations } from "@alienplatform/core"
import type { z } from "@hono/zod-openapi"

type Issue = z.core.$ZodIssue

/** Every issue as one violation; a member that nobody knows is named, one violation each. */
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

/** `request_invalid` with all of them; `where` is what was looked at: the body, the query. */
export const requestInvalid = (where: string, issues: readonly Issue[]): AlienError =>
  violations("request_invalid", `the ${where}`, violationsOf(issues))

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? String(step) : `${text}.${String(step)}`,
    "",
  ) || "(whole)"
