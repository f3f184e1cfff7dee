import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { waitsFor } from "../manager/endpoint-view.ts"
import { findEndpoint } from "../manager/find-endpoint.ts"

export interface UrlOptions extends CommonOptions {
  deployment?: string
}

/**
 * `alien url [NAME] [RESOURCE[.ENDPOINT]]`: the URL and nothing else, so that a script can use it; whatever there is to
 * say goes to stderr. `--json`: `{url, resource, endpoint, state}`.
 */
export const url: Action<UrlOptions> = async (args, options, context) => {
  const target = { named: options.deployment, args, command: "alien url" }
  const { view } = await findEndpoint(target, () => connect(options, context))
  const { url, resource, endpoint, state } = view
  context.stdout.write(options.json ? `${JSON.stringify({ url, resource, endpoint, state })}\n` : `${url}\n`)
  if (state !== "ready")
    context.stderr.write(`${resource}.${endpoint} is ${state}${waitsFor(view) ? `: ${waitsFor(view)}` : ""}\n`)
  return EXIT.ok
}
