import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { chooseDeployment } from "../manager/find-deployment.ts"
import { screenFor } from "../output/style.ts"
import { table } from "../output/table.ts"

/** The value of a variable as text; undefined for a secret, and where the token is not the vendor's. */
const shown = (type: string, value: string | null): string | undefined =>
  type === "secret" || value === null ? undefined : JSON.stringify(value).slice(1, -1)

/** `alien env list [NAME]`: by name. `--json`: `{environmentVariables: [...]}` as the API answers them. */
export const envList: Action<CommonOptions> = async ([name], options, context) => {
  const deployment = await chooseDeployment(await connect(options, context), name)
  const variables = deployment.environmentVariables.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  if (options.json) context.stdout.write(`${JSON.stringify({ environmentVariables: variables })}\n`)
  else if (variables.length === 0)
    context.stdout.write(`${deployment.name} has no variables. Set one: alien env set ${deployment.name} KEY=VALUE\n`)
  else {
    const { paint, width } = screenFor(context.stdout, context.env)
    const rows = variables.map(({ name, value, type, targetResources }) => [
      name,
      shown(type, value) ?? paint("dim", type === "secret" ? "(secret)" : "(the vendor's)"),
      targetResources?.join(", ") ?? "all",
    ])
    context.stdout.write(`${table(["NAME", "VALUE", "RESOURCES"], rows, { width, cut: ["VALUE", "RESOURCES"] })}\n`)
  }
  return EXIT.ok
}
