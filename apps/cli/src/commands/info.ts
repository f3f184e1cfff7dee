import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { endpointsOf } from "../manager/endpoint-view.ts"
import { deploymentNamed } from "../manager/find-deployment.ts"
import { curlLine, endpointDetails, endpointTable, paintState } from "../output/endpoints.ts"
import { renderFailure } from "../output/failure.ts"
import { paintFor } from "../output/style.ts"

/** `alien info NAME`: the endpoints, what they wait for, and how to reach them. `--json`: `/info` as the API answers it. */
export const info: Action<CommonOptions> = async ([name = ""], options, context) => {
  const client = await connect(options, context)
  const deployment = await deploymentNamed(client, name)
  const answer = await client.info(deployment.id)
  if (options.json) {
    context.stdout.write(`${JSON.stringify(answer)}\n`)
    return EXIT.ok
  }
  const paint = paintFor(context.stdout, context.env)
  const views = endpointsOf(answer)
  const curls = views.flatMap((view) => curlLine(view) ?? [])
  const blocks = [
    `${paint("bold", name)} on ${answer.platform}: ${paintState(answer.status, paint)}`,
    endpointTable(views, paint),
    endpointDetails(views, paint),
    answer.error ? renderFailure(answer.error, paint).trimEnd() : "",
    curls.length > 0 ? `From this machine:\n${curls.map((line) => `  ${line}`).join("\n")}` : "",
  ]
  context.stdout.write(`${blocks.filter(Boolean).join("\n\n")}\n`)
  return EXIT.ok
}
