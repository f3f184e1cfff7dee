import { homedir } from "node:os"

/**
 * The user's home directory; empty where it is unknown. (`homedir()` would search further, and throw where there is
 * none.)
 */
export const homeOf = (env: Readonly<Record<string, string | undefined>>): string =>
  process.platform === "win32" ? homedir() : (env.HOME ?? "")
