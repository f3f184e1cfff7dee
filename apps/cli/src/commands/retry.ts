import type { Action } from "../command.ts"
import { type WishOptions, wishFor } from "../release/wish.ts"

/** `alien retry [NAME]`: what was refused for good is tried once more. `--json`: as `alien deploy`. */
export const retry: Action<WishOptions> = (args, options, context) =>
  wishFor("retry", args, options, context, (client, { id }) => client.retry(id))
