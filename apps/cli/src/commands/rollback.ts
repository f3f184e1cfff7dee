import type { Action } from "../command.ts"
import { type RequestOptions, requestChange } from "../release/request-change.ts"

export interface RollbackOptions extends RequestOptions {
  to?: string
}

/** `alien rollback [NAME]`: the release before, or the one that is named. `--json`: as `alien deploy`. */
export const rollback: Action<RollbackOptions> = (args, options, context) =>
  requestChange("roll back", args, options, context, (client, { id }) =>
    client.redeploy(id, options.to === undefined ? { previous: true } : { releaseId: options.to }),
  )
