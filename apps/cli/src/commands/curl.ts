import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { connect } from "../manager/client.ts"
import { type EndpointView, waitsFor } from "../manager/endpoint-view.ts"
import { findEndpoint } from "../manager/find-endpoint.ts"
import { onlyEndpoint } from "../manager/pick-endpoint.ts"
import { curlArguments } from "../output/curl.ts"

export interface CurlOptions extends CommonOptions {
  deployment?: string
  host?: string
  /** Arguments after `--`: curl's own. */
  passedOn?: readonly string[]
}

/**
 * `alien curl [NAME] [RESOURCE[.ENDPOINT]] [PATH] [-- OPTIONS]`: runs curl on an endpoint, verified, and ends with curl's
 * exit code. `--json`: `{url, resource, endpoint, state, command, exitCode, stdout, stderr}`, the last two what curl wrote.
 */
export const curl: Action<CurlOptions> = async (args, options, context) => {
  const last = args.at(-1)
  const path = last !== undefined && /^[/?]/.test(last) ? last : undefined
  const target = {
    named: options.deployment,
    args: path === undefined ? args : args.slice(0, -1),
    command: "alien curl",
    unnamed: onlyHttpEndpoint,
  }
  const { view } = await findEndpoint(target, () => connect(options, context))
  const { resource, endpoint, state } = view
  if (!/^https?:/.test(view.url))
    throw problem("usage_invalid", {
      message: `${resource}.${endpoint} is at ${view.url}, and curl asks http endpoints`,
      hint: "name an http endpoint",
    })
  const front = options.host === undefined ? view : frontOf(view, options.host)
  const url = withPath(front.url, path)
  const command = [
    ...["--silent", "--show-error", "--globoff"],
    // A proxy of the environment knows nothing of a host that only this machine reaches.
    ...(front.connect ? ["--noproxy", new URL(url).hostname] : []),
    ...curlArguments(url, front.connect),
    ...["--url", url],
    ...(options.passedOn ?? []),
  ]
  if (state !== "ready")
    context.stderr.write(`${resource}.${endpoint} is ${state}${waitsFor(view) ? `: ${waitsFor(view)}` : ""}\n`)
  const result = await context.runProgram("curl", command, options.json === true)
  if (!result)
    throw problem("curl_missing", {
      message: "curl is not on the PATH",
      hint: `install it, or open ${url} with another client; \`alien info\` says which certificate authority to trust`,
    })
  if (options.json)
    context.stdout.write(
      `${JSON.stringify({ url, resource, endpoint, state, command: ["curl", ...command], ...result })}\n`,
    )
  return result.exitCode
}

const onlyHttpEndpoint = (views: readonly EndpointView[], deployment: string): EndpointView =>
  onlyEndpoint(
    views.filter(({ protocol }) => protocol !== "tcp"),
    deployment,
  )

/** URL of a host of the endpoint, and how to get there. Throws `endpoint_not_found`, which lists the hosts. */
function frontOf(view: EndpointView & { url: string }, host: string): Pick<EndpointView, "connect"> & { url: string } {
  const report = view.hosts.find((one) => one.host === host)
  const suffix = view.wildcardHost?.slice(1)
  if (!report && !(suffix && host.endsWith(suffix)))
    throw problem("endpoint_not_found", {
      message: `${host} is no host of ${view.resource}.${view.endpoint}`,
      hint: `there are: ${[...view.hosts.flatMap((one) => one.host ?? []), ...(view.wildcardHost ? [view.wildcardHost] : [])].join(", ")}`,
    })
  const url = new URL(report?.url ?? view.url)
  url.hostname = host
  return { url: withoutSlash(url.href), connect: report?.connect ?? view.connect }
}

/** A URL with a path, which stays as it was typed: curl itself leaves `%2F` and `a//b` alone. */
const withPath = (url: string, path: string | undefined): string =>
  path === undefined ? url : `${withoutSlash(url)}${path.startsWith("?") ? "/" : ""}${path}`

const withoutSlash = (url: string): string => url.replace(/\/$/, "")
