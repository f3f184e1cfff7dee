import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { chooseDeployment } from "../manager/find-deployment.ts"
import { endpointBlocks } from "../output/deployment.ts"
import { paintState } from "../output/endpoints.ts"
import { renderFailure } from "../output/failure.ts"
import { restartLines } from "../output/restarts.ts"
import { screenFor } from "../output/style.ts"

/** `alien info [NAME]`: the endpoints, what they wait for, and how to reach them. `--json`: `/info` as the API answers it. */
export const info: Action<CommonOptions> = async ([name], options, context) => {
  const client = await connect(options, context)
  const deployment = await chooseDeployment(client, name)
  const answer = await client.info(deployment.id)
  if (options.json) {
    context.stdout.write(`${JSON.stringify(answer)}\n`)
    return EXIT.ok
  }
  const screen = screenFor(context.stdout, context.env)
  const { paint } = screen
  const state = deployment.hold ? "held" : answer.status
  const blocks = [
    `${paint("bold", deployment.name)} on ${answer.platform}: ${paintState(state, paint)}`,
    ...endpointBlocks(answer, screen),
    restartLines(answer, paint).join("\n"),
    answer.error ? renderFailure(answer.error, paint).trimEnd() : "",
  ]
  context.stdout.write(`${blocks.filter(Boolean).join("\n\n")}\n`)
  return EXIT.ok
}
