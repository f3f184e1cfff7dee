import { type AlienError, problem } from "@alienplatform/core"

/** One answer for what never was and for what may not be seen. */
export const notFound = (what: "release" | "deployment" | "token", id: string): AlienError =>
  problem("not_found", { message: `there is no ${what} ${id.slice(0, 64)}`, context: { [what]: id } })
