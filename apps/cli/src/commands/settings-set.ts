import { problem } from "@alienplatform/core/error"
import type { Action } from "../command.ts"
import { parseDurationMs } from "../duration.ts"
import { connect } from "../manager/client.ts"
import { chooseForChange } from "../manager/find-deployment.ts"
import { splitName } from "../manager/split-name.ts"
import { differenceLines } from "../output/differences.ts"
import { paintFor } from "../output/style.ts"
import { type ChangeOptions, reportChange } from "../release/report-change.ts"
import { mergePatch, readSettings, withLocations } from "../release/settings-file.ts"
import { differences, parseAssignments } from "../release/settings-path.ts"

export interface SettingsSetOptions extends ChangeOptions {
  file?: string
}

/** `alien settings set [NAME] PATH=VALUE…` or `--file`: changes them and says what changed. `--json`: as `alien env set`. */
export const settingsSet: Action<SettingsSetOptions> = async (args, options, context) => {
  const timeoutMs = parseDurationMs(options.timeout, 15 * 60_000, "--timeout")
  const { name, rest } = splitName(args)
  if ((options.file === undefined) === (rest.length === 0))
    throw problem("usage_invalid", {
      message: options.file === undefined ? "nothing to set was given" : "--file and PATH=VALUE exclude each other",
      hint: "alien settings set NAME PATH=VALUE…, or alien settings set NAME --file settings.json",
    })
  const file = options.file === undefined ? undefined : await readSettings(options.file, context.cwd)
  const assigned = parseAssignments(rest)
  const client = await connect(options, context)
  const before = await chooseForChange(client, name, context)
  const stackSettings = file ? mergePatch(before.stackSettings, file.value) : assigned
  const after = await withLocations(file, () => client.updateDeployment(before.id, { stackSettings }))
  const found = differences(before.stackSettings ?? {}, after.stackSettings ?? {})
  const lines = differenceLines(found, paintFor(context.stdout, context.env))
  return reportChange({ deployment: after, lines, timeoutMs, result: { differences: found } }, options, client, context)
}
