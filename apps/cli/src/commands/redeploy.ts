import type { Action } from "../command.ts"
import { type WishOptions, wishFor } from "../release/wish.ts"

export interface RedeployOptions extends WishOptions {
  release?: string
}

/** `alien redeploy [NAME]`: the newest release, or the one that is named. `--json`: as `alien deploy`. */
export const redeploy: Action<RedeployOptions> = (args, options, context) =>
  wishFor("redeploy", args, options, context, (client, { id }) =>
    client.redeploy(id, options.release === undefined ? {} : { releaseId: options.release }),
  )
