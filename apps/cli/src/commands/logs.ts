import type { LogEntry } from "@alienplatform/api/client"
import { didYouMean, problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { connect, type ManagerClient } from "../manager/client.ts"
import { allDeployments, type Deployment, notFound, onlyOf } from "../manager/find-deployment.ts"
import { followLogs, type LogQuery } from "../manager/log-stream.ts"
import { countOf } from "../numbers.ts"
import { logFormatter } from "../output/log-line.ts"
import { paintFor } from "../output/style.ts"
import { sinceOf } from "../since.ts"

export interface LogsOptions extends CommonOptions {
  follow?: boolean
  since?: string
  limit?: string
  access?: boolean
}

const MOST = 1000

/**
 * `alien logs [NAME] [RESOURCE]`: the newest lines, oldest first; with --follow until Ctrl-C, which is its ordinary end.
 * `--json`: an entry per line, at last `{"result": {cursor}}`.
 */
export const logs: Action<LogsOptions> = async (args, options, context) => {
  const limit = countOf(options.limit, { flag: "--limit", fallback: 200, most: MOST })
  const since = sinceOf(options.since, context.now())
  const client = await connect(options, context)
  const { deployment, resource, resources } = await meant(args, client)
  const query: LogQuery = { ...(resource ? { resource } : {}), ...(options.access ? { access: "true" } : {}) }
  const show = shower(resources, options.json, context)

  // The API knows cursors, so a time is looked for among the newest lines.
  const first = await client.logs(deployment.id, {
    ...query,
    ...(since.cursor === undefined ? {} : { since: since.cursor }),
    limit: since.after === undefined ? limit : MOST,
  })
  const { after } = since
  const newer = after === undefined ? first.entries : first.entries.filter(({ time }) => Date.parse(time) >= after)
  if (after !== undefined && first.entries.length === MOST && newer.length === MOST)
    context.stderr.write(`Only the newest ${MOST} lines are shown; there are older ones since ${options.since}.\n`)
  show(since.cursor === undefined ? newer.slice(-limit) : newer)

  const cursor = options.follow
    ? await followLogs(
        {
          read: (more) => client.logs(deployment.id, { ...more, limit: MOST }),
          query,
          first,
          show,
          away: (isAway) =>
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

interface Meant {
  deployment: Deployment
  resource: string | undefined
  /** That are shown. */
  resources: readonly string[]
}

/** One argument is a deployment where there is one of that name, else a resource of the only one. */
async function meant([first, second]: readonly string[], client: ManagerClient): Promise<Meant> {
  const all = await allDeployments(client)
  const named = all.find(({ name }) => name === first)
  if (first !== undefined && !named && (second !== undefined || all.length === 0)) notFound(first, all)
  if (first !== undefined && !named && all.length > 1 && !client.isDev) notFound(first, all)
  const deployment = named ?? onlyOf(all, client)
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
