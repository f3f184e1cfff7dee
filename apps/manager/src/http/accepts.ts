import type { Context } from "hono"

/** Does the client name this media type in `Accept`? A wildcard, which any client may send without a thought, is none. */
export const acceptsByName = (c: Context, type: string): boolean =>
  (c.req.header("accept") ?? "").split(",").some((range) => range.split(";")[0]?.trim().toLowerCase() === type)
