import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { chooseDeployment } from "../manager/find-deployment.ts"
import { memberAt, parseSettingsPath } from "../release/settings-path.ts"

export interface SettingsGetOptions extends CommonOptions {
  path?: string
}

/** `alien settings get [NAME]`: JSON, whole or one member of it; private keys are not in it. `--json`: on one line. */
export const settingsGet: Action<SettingsGetOptions> = async ([name], options, context) => {
  const keys = options.path === undefined ? [] : parseSettingsPath(options.path)
  const client = await connect(options, context)
  const deployment = await chooseDeployment(client, name)
  const value = memberAt(deployment.stackSettings ?? {}, keys)
  if (value === undefined)
    throw problem("not_found", {
      message: `the settings of ${deployment.name} have no ${options.path}`,
      hint: `all of them: alien settings get ${deployment.name}`,
    })
  const text = typeof value === "string" && !options.json ? value : JSON.stringify(value, null, options.json ? 0 : 2)
  context.stdout.write(`${text}\n`)
  return EXIT.ok
}
