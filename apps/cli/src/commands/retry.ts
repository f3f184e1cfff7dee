import type { Action } from "../command.ts"
import { type RequestOptions, requestChange } from "../release/request-change.ts"

/** `alien retry [NAME]`: what was refused for good is tried once more. `--json`: as `alien deploy`. */
export const retry: Action<RequestOptions> = (args, options, context) =>
  requestChange("retry", args, options, context, (client, { id }) => client.retry(id))
