import { type Code, codes, exitCodeOf, factsOf, isCode } from "@alienplatform/core/codes"
import { ERRORS_PAGE, nearest, problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { type Paint, paintFor } from "../output/style.ts"

/** A code with everything that is known of it. */
interface Explanation {
  code: Code
  means: string
  fix: string
  /** null: whoever wrote, sent or ran what was refused. */
  acts: string | null
  retryable: boolean
  /** HTTP status of the manager's answer; null where no request is the cause. */
  httpStatus: number | null
  /** HTTP status of the local gateway's answer in place of an app's. */
  gatewayStatuses: readonly number[]
  exitCode: number
  /** In the documents of this version. */
  more: string
}

/** `alien explain CODE`; a link to the page of codes is taken for its code. `--json`: an `Explanation`. */
export const explain: Action<CommonOptions> = async ([given = ""], { json }, { stdout, env }) => {
  const code = given.slice(given.indexOf("#") + 1)
  if (!isCode(code)) {
    const meant = nearest(code, codes())
    throw problem("code_unknown", {
      message: `this version has no code ${JSON.stringify(code)}`,
      hint: meant ? `did you mean: ${meant}?` : `${ERRORS_PAGE} lists every code`,
    })
  }
  const explanation = explanationOf(code)
  stdout.write(json ? `${JSON.stringify(explanation)}\n` : text(explanation, paintFor(stdout, env)))
  return EXIT.ok
}

function explanationOf(code: Code): Explanation {
  const { means, fix, acts = null, retryable = false, http = null, gateway = [] } = factsOf(code)
  return {
    ...{ code, means, fix, acts, retryable },
    ...{ httpStatus: http, gatewayStatuses: gateway, exitCode: exitCodeOf(code), more: `${ERRORS_PAGE}#${code}` },
  }
}

function text(found: Explanation, paint: Paint): string {
  const { code, means, fix, acts, retryable, httpStatus, gatewayStatuses, exitCode, more } = found
  const rows: [string, string][] = [
    ["what to do", fix],
    ["who acts", acts ?? "you, who wrote, sent or ran what was refused"],
    ["retryable", retryable ? "yes" : "no"],
    ...(httpStatus === null ? [] : [["HTTP status", String(httpStatus)] as [string, string]]),
    ...(gatewayStatuses.length === 0 ? [] : [["gateway", gatewayStatuses.join(" or ")] as [string, string]]),
    ["exit code", String(exitCode)],
    ["more", more],
  ]
  const lines = rows.map(([name, value]) => `  ${paint("dim", name.padEnd(11))}  ${value}`)
  return `${paint("bold", code)}\n  ${means}\n\n${lines.join("\n")}\n`
}
