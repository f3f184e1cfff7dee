import { problem } from "@alienplatform/core/error"
import type { Action } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import type { EndpointView } from "../manager/endpoint-view.ts"
import { findEndpoint } from "../manager/find-endpoint.ts"
import { pickEndpoint } from "../manager/pick-endpoint.ts"
import type { UrlOptions } from "./url.ts"

/**
 * `alien open [NAME] [RESOURCE[.ENDPOINT]]`: one argument is a deployment where there is one of that name. The URL is
 * printed too. `--json`: `{url, opened}`.
 */
export const open: Action<UrlOptions> = async (args, options, context) => {
  const target = { named: options.deployment, args, command: "alien open", unnamed: firstHttpEndpoint }
  const { view } = await findEndpoint(target, () => connect(options, context))
  const { url } = view
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw problem("usage_invalid", {
      message: `${view.resource}.${view.endpoint} is at ${url}, which no browser opens`,
      hint: "name an http endpoint",
    })
  const opened = await context.openUrl(url)
  if (options.json) context.stdout.write(`${JSON.stringify({ url, opened })}\n`)
  else {
    context.stdout.write(`${url}\n`)
    if (!opened) context.stderr.write("No browser can be opened here.\n")
  }
  return EXIT.ok
}

const firstHttpEndpoint = (views: readonly EndpointView[], deployment: string): EndpointView =>
  views.find(({ protocol }) => protocol === "http") ?? pickEndpoint(views, "", deployment)
