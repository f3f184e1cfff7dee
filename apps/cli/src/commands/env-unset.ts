import { didYouMean, problem } from "@alienplatform/core/error"
import type { Action } from "../command.ts"
import { parseDurationMs } from "../duration.ts"
import { connect } from "../manager/client.ts"
import { chooseForChange } from "../manager/find-deployment.ts"
import { splitName } from "../manager/split-name.ts"
import { type ChangeOptions, reportChange } from "../release/report-change.ts"

/** `alien env unset [NAME] KEY…`. `--json`: at last `{"result": {verdict, deploymentId, unset}}`. */
export const envUnset: Action<ChangeOptions> = async (args, options, context) => {
  const timeoutMs = parseDurationMs(options.timeout, 15 * 60_000, "--timeout")
  const { name, rest } = splitName(args)
  if (rest.length === 0)
    throw problem("usage_invalid", { message: "no variable was given", hint: "alien env unset NAME KEY…" })
  const client = await connect(options, context)
  const before = await chooseForChange(client, name, context)
  const environmentVariables = [...new Set(rest)].map((key) => {
    const known = before.environmentVariables.find((variable) => variable.name === key)
    if (known) return { name: key, value: null, type: known.type }
    const names = before.environmentVariables.map((variable) => variable.name)
    throw problem("variable_unknown", {
      message: `${before.name} has no variable ${key}${didYouMean(key, names)}`,
      hint: `they are listed by: alien env list ${before.name}`,
    })
  })
  const deployment = await client.updateDeployment(before.id, { environmentVariables })
  const unset = environmentVariables.map((variable) => variable.name)
  const lines = unset.map((key) => `${key} is removed`)
  return reportChange({ deployment, lines, timeoutMs, result: { unset } }, options, client, context)
}
