import type { LogEntry } from "@alienplatform/api/client"
import { didYouMean, problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { connect, type ManagerClient } from "../manager/client.ts"
import { allDeployments, type Deployment, notFound, onlyDeployment } from "../manager/find-deployment.ts"
import { followLogs, type LogQuery } from "../manager/log-stream.ts"
import { parseCount } from "../numbers.ts"
import { logFormatter } from "../output/log-line.ts"
import { paintFor } from "../output/style.ts"
import { parseSince } from "../since.ts"

export interface LogsOptions extends CommonOptions {
  follow?: boolean
  since?: string
  limit?: string
  access?: boolean
}

const MAX_LINES = 1000

/**
 * `alien logs [NAME] [RESOURCE]`: the newest lines, oldest first; with --follow until Ctrl-C, which is its ordinary end.
 * `--json`: an entry per line, at last `{"result": {cursor}}`.
 */
export const logs: Action<LogsOptions> = async (args, options, context) => {
  const limit = parseCount(options.limit, { flag: "--limit", fallback: 200, most: MAX_LINES })
  const since = parseSince(options.since, context.now())
  const client = await connect(options, context)
  const { deployment, resource, resources } = await findLogTarget(args, client)
  const query: LogQuery = { ...(resource ? { resource } : {}), ...(options.access ? { access: "true" } : {}) }
  const show = shower(resources, options.json, context)

  // The API knows cursors, so a time is looked for among the newest lines.
  const first = await client.logs(deployment.id, {
    ...query,
    ...(since.cursor === undefined ? {} : { since: since.cursor }),
    limit: since.after === undefined ? limit : MAX_LINES,
  })
  const { after } = since
  const newer = after === undefined ? first.entries : first.entries.filter(({ time }) => Date.parse(time) >= after)
  if (after !== undefined && first.entries.length === MAX_LINES && newer.length === MAX_LINES)
    context.stderr.write(`Only the newest ${MAX_LINES} lines are shown; there are older ones since ${options.since}.\n`)
  show(since.cursor === undefined ? newer.slice(-limit) : newer)

  const cursor = options.follow
    ? await followLogs(
        {
          read: (more) => client.logs(deployment.id, { ...more, limit: MAX_LINES }),
          query,
          first,
          show,
          onManagerAway: (isAway) =>
            context.stderr.write(isAway ? "The manager does not answer; trying again.\n" : "The manager is back.\n"),
        },
        context,
      )
    : first.cursor
  if (options.json) context.stdout.write(`${JSON.stringify({ result: { cursor } })}\n`)
  return EXIT.ok
}

function shower(
  resources: readonly string[],
  json: boolean | undefined,
  { stdout, env }: Context,
): (entries: readonly LogEntry[]) => void {
  const line = json
    ? (entry: LogEntry) => JSON.stringify(entry)
    : logFormatter({ paint: paintFor(stdout, env), short: stdout.isTTY === true, resources })
  return (entries) => {
    if (entries.length > 0) stdout.write(entries.map((entry) => `${line(entry)}\n`).join(""))
  }
}

interface LogTarget {
  deployment: Deployment
  resource: string | undefined
  /** Resources whose lines are shown. */
  resources: readonly string[]
}

/**
 * Resolves the arguments: a single one is a deployment where there is one of that name, else a resource of the only
 * deployment.
 */
async function findLogTarget([first, second]: readonly string[], client: ManagerClient): Promise<LogTarget> {
  const all = await allDeployments(client)
  const named = all.find(({ name }) => name === first)
  if (first !== undefined && !named && (second !== undefined || all.length === 0)) notFound(first, all)
  if (first !== undefined && !named && all.length > 1 && !client.isDev) notFound(first, all)
  const deployment = named ?? onlyDeployment(all, client)
  const resource = named ? second : first
  const known = Object.keys((await client.info(deployment.id)).resources)
  const found = known.find((id) => id.toLowerCase() === resource?.toLowerCase())
  if (resource !== undefined && found === undefined)
    throw problem("resource_unknown", {
      message: `${deployment.name} has no resource ${resource}${didYouMean(resource, known)}`,
      hint: named ? `alien logs ${deployment.name} RESOURCE` : `there is no deployment ${resource} either`,
    })
  return { deployment, resource: found, resources: found === undefined ? known : [found] }
}
