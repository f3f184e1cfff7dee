import type { Action } from "../command.ts"
import { type WishOptions, wishFor } from "../release/wish.ts"

export interface RollbackOptions extends WishOptions {
  to?: string
}

/** `alien rollback [NAME]`: the release before, or the one that is named. `--json`: as `alien deploy`. */
export const rollback: Action<RollbackOptions> = (args, options, context) =>
  wishFor("roll back", args, options, context, (client, { id }) =>
    client.redeploy(id, options.to === undefined ? { previous: true } : { releaseId: options.to }),
  )
