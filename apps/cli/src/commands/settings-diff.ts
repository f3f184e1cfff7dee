import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { chooseDeployment } from "../manager/find-deployment.ts"
import { differenceLines } from "../output/differences.ts"
import { paintFor } from "../output/style.ts"
import { readSettings } from "../release/settings-file.ts"
import { differences } from "../release/settings-path.ts"

export interface SettingsFileOptions extends CommonOptions {
  file?: string
}

/** `alien settings diff [NAME]`: what the file would change. `--json`: `{differences: [{path, before, after}]}`. */
export const settingsDiff: Action<SettingsFileOptions> = async ([name], options, context) => {
  const settings = await readSettings(options.file ?? "settings.json", context.cwd)
  const client = await connect(options, context)
  const deployment = await chooseDeployment(client, name)
  // Defaults are in what the manager answers and seldom in a file.
  const { parseStackSettings } = await import("@alienplatform/core")
  const found = differences(deployment.stackSettings ?? {}, parseStackSettings(settings.value))
  if (options.json) context.stdout.write(`${JSON.stringify({ differences: found })}\n`)
  else if (found.length === 0) context.stdout.write(`${settings.name} is what ${deployment.name} has.\n`)
  else context.stdout.write(`${differenceLines(found, paintFor(context.stdout, context.env)).join("\n")}\n`)
  return found.length === 0 ? EXIT.ok : EXIT.failed
}
