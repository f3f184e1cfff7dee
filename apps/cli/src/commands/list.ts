import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { allDeployments } from "../manager/find-deployment.ts"
import { ago } from "../output/ago.ts"
import { paintState } from "../output/endpoints.ts"
import { screenFor } from "../output/style.ts"
import { table } from "../output/table.ts"

/** `alien list`: one line per deployment, newest first. `--json`: `{deployments: [...]}` as the API answers them. */
export const list: Action<CommonOptions> = async (_, options, context) => {
  const deployments = await allDeployments(await connect(options, context))
  if (options.json) {
    context.stdout.write(`${JSON.stringify({ deployments })}\n`)
  } else if (deployments.length === 0) {
    context.stdout.write("No deployments yet. Make one: alien deploy NAME\n")
  } else {
    const { paint, width } = screenFor(context.stdout, context.env)
    const rows = deployments.map(({ name, platform, status, hold, currentReleaseId, id, createdAt }) => [
      name,
      platform,
      paintState(hold ? "held" : status, paint),
      currentReleaseId ?? "-",
      ago(createdAt, context.now()),
      id,
    ])
    const heading = ["NAME", "PLATFORM", "STATUS", "RELEASE", "CREATED", "ID"]
    context.stdout.write(`${table(heading, rows, { width, drop: ["ID", "PLATFORM"], cut: ["RELEASE"] })}\n`)
  }
  return EXIT.ok
}
