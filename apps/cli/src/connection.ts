import { problem } from "@alienplatform/core/error"
import type { Context } from "./context.ts"
import { readUserConfig } from "./user-config.ts"
import { userPaths } from "./user-paths.ts"

/** The options that every command which talks to a manager has. */
export interface ConnectionOptions {
  manager?: string | undefined
  token?: string | undefined
}

export interface Connection {
  /** Without a trailing slash. */
  url: string
  /** Absent: the manager is asked without one, and answers 401 where it needs one. */
  token: string | undefined
}

/**
 * Which manager, and as whom: flags, else environment, else the user's file. A token from the file goes only to the
 * manager that the file names, so that `--manager` with somebody else's address never gives it away.
 * Throws `manager_unknown` when nothing names one.
 */
export async function findConnection(
  options: ConnectionOptions,
  context: Pick<Context, "env" | "home">,
): Promise<Connection> {
  const { env } = context
  const named = options.manager ?? (env.ALIEN_MANAGER_URL || undefined)
  const given = options.token ?? (env.ALIEN_TOKEN || undefined)
  const path = userPaths(context).config
  const config = named && given ? {} : await readUserConfig(path)
  const manager = named ?? config.manager
  if (!manager)
    throw problem("manager_unknown", {
      message: `no manager is known: neither --manager nor ALIEN_MANAGER_URL is set, and ${path} names none`,
      hint: "start one with `alien serve`, or name one with --manager URL --token TOKEN",
    })
  const url = normalise(manager)
  const own = config.manager !== undefined && normalise(config.manager) === url
  return { url, token: given ?? (own ? config.token : undefined) }
}

function normalise(text: string): string {
  const url = URL.parse(text)
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username || url.password)
    throw problem("usage_invalid", {
      message: `${url?.password ? "the manager's URL" : text} is no URL of a manager; write http://127.0.0.1:7400 or https://host`,
    })
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "")
}
