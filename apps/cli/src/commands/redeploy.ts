import type { Action } from "../command.ts"
import { type RequestOptions, requestChange } from "../release/request-change.ts"

export interface RedeployOptions extends RequestOptions {
  release?: string
  replaceStack?: boolean
}

/** `alien redeploy [NAME]`: the newest release, or the one that is named. `--json`: as `alien deploy`. */
export const redeploy: Action<RedeployOptions> = (args, options, context) =>
  requestChange("redeploy", args, options, context, (client, { id }) =>
    client.redeploy(id, {
      ...(options.release === undefined ? {} : { releaseId: options.release }),
      ...(options.replaceStack ? { otherStack: true } : {}),
    }),
  )
