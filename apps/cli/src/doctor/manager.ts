import { createClient } from "@alienplatform/api/client"
import { codeOf } from "@alienplatform/core/error"
import { type ConnectionOptions, findConnection } from "../connection.ts"
import type { Context } from "../context.ts"
import { errorFinding, type Finding, failFinding, okFinding, warnFinding } from "./finding.ts"

/** Clock differences that are reported: clouds refuse certificates and tokens beyond some minutes. */
const SKEW_WARN_MS = 5_000
const SKEW_FAIL_MS = 120_000

/** Checks that a manager answers, accepts our token, and has the same time. */
export async function managerFindings(options: ConnectionOptions, context: Context): Promise<Finding[]> {
  let connection: Awaited<ReturnType<typeof findConnection>>
  try {
    connection = await findConnection(options, context)
  } catch (error) {
    if (codeOf(error) === "manager_unknown")
      return [warnFinding("manager", "none is known", "alien dev or alien serve starts one; alien login names another")]
    return [errorFinding("manager", error)]
  }
  const { url, token } = connection
  let date: string | null = null
  let now = context.now()
  const client = createClient({
    url,
    token,
    fetch: async (input, init) => {
      const answer = await context.fetch(input, init)
      date = answer.headers.get("date")
      now = context.now()
      return answer
    },
  })
  try {
    await client.health()
  } catch (error) {
    return [
      failFinding(
        "manager",
        `${url} does not answer as a manager (${codeOf(error)})`,
        "start it (alien serve), or name another: alien login URL",
      ),
    ]
  }
  const clock = clockFinding(date, now)
  try {
    const { role } = await client.whoami()
    return [okFinding("manager", `${url}, as ${role}`), ...clock]
  } catch (error) {
    return [
      failFinding(
        "manager",
        `${url} answers, and does not take the token (${codeOf(error)})`,
        "alien login with a token that is good, or set ALIEN_TOKEN",
      ),
      ...clock,
    ]
  }
}

/** Compares the manager's clock. @param date `date` header of an answer, to the second */
export function clockFinding(date: string | null, now: number): Finding[] {
  const theirs = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(theirs)) return []
  const skew = Math.abs(now - theirs) - 1000
  if (skew <= SKEW_WARN_MS) return [okFinding("clock", "agrees with the manager's")]
  const message = `${Math.round(skew / 1000)} s ${now > theirs ? "ahead of" : "behind"} the manager's`
  const fix = "set this clock by the network (timedatectl set-ntp true), or the manager's"
  return [skew > SKEW_FAIL_MS ? failFinding("clock", message, fix) : warnFinding("clock", message, fix)]
}
