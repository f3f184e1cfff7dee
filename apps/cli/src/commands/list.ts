import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { allDeployments } from "../manager/find-deployment.ts"
import { ago } from "../output/ago.ts"
import { paintState } from "../output/endpoints.ts"
import { screenFor } from "../output/style.ts"
import { table } from "../output/table.ts"
import { newerRelease, publishedReleases } from "../release/newer-release.ts"

/** `alien list`: one line per deployment, newest first. `--json`: `{deployments: [...]}` as the API answers them. */
export const list: Action<CommonOptions> = async (_, options, context) => {
  const client = await connect(options, context)
  const deployments = await allDeployments(client)
  if (options.json) {
    context.stdout.write(`${JSON.stringify({ deployments })}\n`)
  } else if (deployments.length === 0) {
    context.stdout.write("No deployments yet. Make one: alien deploy NAME\n")
  } else {
    const { paint, width } = screenFor(context.stdout, context.env)
    const releases = deployments.some(({ desiredReleaseId }) => desiredReleaseId) ? await publishedReleases(client) : []
    const rows = deployments.map((deployment) => {
      const { name, platform, status, hold, currentReleaseId, id, createdAt } = deployment
      return [
        name,
        platform,
        paintState(hold ? "held" : status, paint),
        currentReleaseId ?? "-",
        ago(createdAt, context.now()),
        newerRelease(deployment, releases) === undefined ? "" : paint("yellow", "pinned, a newer one is there"),
        id,
      ]
    })
    const heading = ["NAME", "PLATFORM", "STATUS", "RELEASE", "CREATED", "NOTE", "ID"]
    context.stdout.write(
      `${table(heading, rows, { width, drop: ["ID", "PLATFORM", "CREATED"], cut: ["RELEASE", "NOTE"] })}\n`,
    )
  }
  return EXIT.ok
}
