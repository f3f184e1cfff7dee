import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { allDeployments } from "../manager/find-deployment.ts"
import { ago } from "../output/ago.ts"
import { screenFor } from "../output/style.ts"
import { table } from "../output/table.ts"

/** `alien tokens list`: newest first, revoked ones too. `--json`: `{tokens: [...]}` as the API answers them. */
export const tokensList: Action<CommonOptions> = async (_, options, context) => {
  const client = await connect(options, context)
  const { items } = await client.tokens()
  if (options.json) {
    context.stdout.write(`${JSON.stringify({ tokens: items })}\n`)
    return EXIT.ok
  }
  const names = new Map((await allDeployments(client)).map(({ id, name }) => [id, name]))
  const { paint, width } = screenFor(context.stdout, context.env)
  const rows = items.map(({ id, role, deploymentId, description, createdAt, revokedAt }) => [
    id,
    role,
    deploymentId === null ? "all" : (names.get(deploymentId) ?? deploymentId),
    ago(createdAt, context.now()),
    revokedAt === null ? paint("green", "good") : paint("dim", `revoked ${ago(revokedAt, context.now())}`),
    description,
  ])
  const heading = ["TOKEN", "ROLE", "DEPLOYMENT", "CREATED", "STATE", "DESCRIPTION"]
  context.stdout.write(`${table(heading, rows, { width, cut: ["DESCRIPTION", "DEPLOYMENT"] })}\n`)
  return EXIT.ok
}
