import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { endpointsOf } from "../manager/endpoint-view.ts"
import { chooseDeployment } from "../manager/find-deployment.ts"
import { curlLine } from "../output/curl.ts"
import { askBlock, endpointBlocks } from "../output/deployment.ts"
import { paintState } from "../output/endpoints.ts"
import { renderFailure } from "../output/failure.ts"
import { restartLines } from "../output/restarts.ts"
import { screenFor } from "../output/style.ts"
import { pinLine } from "../release/newer-release.ts"

export interface InfoOptions extends CommonOptions {
  curl?: boolean
}

/**
 * `alien info [NAME]`: the endpoints, what they wait for, and how to reach them; with `--curl` only the last, a line for
 * each. `--json`: `/info` as the API answers it.
 */
export const info: Action<InfoOptions> = async ([name], options, context) => {
  const client = await connect(options, context)
  const deployment = await chooseDeployment(client, name)
  const answer = await client.info(deployment.id)
  if (options.json) {
    context.stdout.write(`${JSON.stringify(answer)}\n`)
    return EXIT.ok
  }
  if (options.curl) {
    const lines = endpointsOf(answer).flatMap((view) => curlLine(view) ?? [])
    context.stdout.write(lines.map((line) => `${line}\n`).join(""))
    return EXIT.ok
  }
  const screen = screenFor(context.stdout, context.env)
  const { paint } = screen
  const state = deployment.hold ? "held" : answer.status
  const pinned = await pinLine(client, deployment)
  const blocks = [
    `${paint("bold", deployment.name)} on ${answer.platform}: ${paintState(state, paint)}${pinned ? `\n${paint("yellow", "!")} ${pinned}` : ""}`,
    ...endpointBlocks(answer, screen),
    askBlock(answer, deployment.name),
    restartLines(answer, paint).join("\n"),
    answer.error ? renderFailure(answer.error, paint).trimEnd() : "",
  ]
  context.stdout.write(`${blocks.filter(Boolean).join("\n\n")}\n`)
  return EXIT.ok
}
