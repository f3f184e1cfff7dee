import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { findConnection, managerUrl } from "../connection.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { isLoopback } from "../loopback.ts"
import { clientOf } from "../manager/client.ts"
import { writeUserConfig } from "../user-config.ts"
import { userPaths } from "../user-paths.ts"

/**
 * `alien login [URL]`: asks the manager whose the token is, and writes both into the user's file.
 * `--json`: `{manager, role, deploymentId, savedTo}`.
 */
export const login: Action<CommonOptions> = async ([given], options, context) => {
  const url = given === undefined ? (await findConnection({}, context)).url : managerUrl(given)
  warnOfPlainHttp(url, context)
  const token = options.token ?? (await askedToken(url, options, context))
  const {
    role,
    scope,
    managerUrl: reachedAt,
  } = await clientOf({ url, token, from: "flag", isDev: false }, context).whoami()
  const savedTo = userPaths(context).config
  await writeUserConfig(savedTo, { manager: url, token })

  const deploymentId = scope.deploymentId ?? null
  if (options.json) context.stdout.write(`${JSON.stringify({ manager: url, role, deploymentId, savedTo })}\n`)
  else {
    context.stdout.write(
      `Logged in to ${url} as ${role}${deploymentId ? ` of ${deploymentId}` : ""}.\nSaved to ${savedTo}, readable by you only.\n`,
    )
    if (reachedAt !== undefined && reachedAt !== url)
      context.stdout.write(`Customers and other machines reach it at ${reachedAt}.\n`)
  }
  return EXIT.ok
}

async function askedToken(url: string, { json }: CommonOptions, context: Context): Promise<string> {
  const person = context.stdin.isTTY === true && context.stdout.isTTY === true && !json
  const text = person ? await context.askSecret(`Token for ${url}`) : await context.readStdin()
  if (text === undefined) throw problem("interrupted", { message: "interrupted" })
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw problem("usage_invalid", {
    message: token === "" ? "no token was given" : "what was given is no token: it holds blanks or other characters",
    hint: "alien login URL < token.txt; `alien serve` prints the first one, `alien tokens create` makes others",
  })
}

function warnOfPlainHttp(url: string, { stderr }: Context): void {
  if (new URL(url).protocol === "http:" && !isLoopback(url))
    stderr.write(`${url} is not encrypted: whoever is on the way can read the token. Use https where you can.\n`)
}
