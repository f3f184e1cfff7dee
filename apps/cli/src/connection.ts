import { problem } from "@alienplatform/core/error"
import type { Context } from "./context.ts"
import { readDevFile } from "./manager/dev-file.ts"
import { readUserConfig } from "./user-config.ts"
import { userPaths } from "./user-paths.ts"

/** Options of every command that talks to a manager. */
export interface ConnectionOptions {
  manager?: string | undefined
  token?: string | undefined
}

export interface Connection {
  /** URL of the manager, without a trailing slash. */
  url: string
  /** Token; undefined: requests carry none, and are answered 401 where one is needed. */
  token: string | undefined
  /** True for the manager of an `alien dev` that runs in this folder. */
  isDev: boolean
}

/**
 * Finds the manager and the token: flags, else environment, else the user's file, else the `alien dev` of this folder.
 * A token from a file is sent only to the manager that this file names, so that `--manager` with somebody else's
 * address never reveals it. Throws `manager_unknown` when nothing names one.
 */
export async function findConnection(
  options: ConnectionOptions,
  context: Pick<Context, "env" | "home" | "cwd">,
): Promise<Connection> {
  const { env } = context
  const named = options.manager ?? (env.ALIEN_MANAGER_URL || undefined)
  const given = options.token ?? (env.ALIEN_TOKEN || undefined)
  const paths = userPaths(context)
  const config = named && given ? {} : await readUserConfig(paths.config)
  const dev = await readDevFile(context.cwd)
  const manager = named ?? config.manager ?? dev?.url
  if (!manager)
    throw problem("manager_unknown", {
      message: `no manager is known: neither --manager nor ALIEN_MANAGER_URL is set, ${paths.config} names none, and no \`alien dev\` runs in ${context.cwd}`,
      hint: "start one with `alien serve` or `alien dev`, or name one with --manager URL --token TOKEN",
    })
  const url = managerUrl(manager)
  const isDev = dev !== undefined && managerUrl(dev.url) === url
  const own = config.manager !== undefined && managerUrl(config.manager) === url ? config.token : undefined
  return { url, token: given ?? own ?? (isDev ? dev.token : undefined), isDev }
}

/** Checks a manager's URL and removes trailing slash, query and fragment. Throws `usage_invalid` for anything else. */
export function managerUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username || url.password)
    throw problem("usage_invalid", {
      message: `${url?.password ? "the manager's URL" : text} is no URL of a manager; write http://127.0.0.1:7400 or https://host`,
    })
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "")
}
