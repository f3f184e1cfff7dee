import { installationOfToken } from "@alienplatform/api/client"
import { problem } from "@alienplatform/core/error"
import type { Context } from "./context.ts"
import { type FoundDev, findDev } from "./manager/dev-file.ts"
import { readUserConfig, type UserConfig } from "./user-config.ts"
import { userPaths } from "./user-paths.ts"

/** Options of every command that talks to a manager. */
export interface ConnectionOptions {
  manager?: string | undefined
  token?: string | undefined
}

/** Where the address of a manager was found. */
export type ConnectionSource = "flag" | "environment" | "dev" | "config"

export interface Connection {
  /** URL of the manager, without a trailing slash. */
  url: string
  /** Token; undefined: requests carry none, and are answered 401 where one is needed. */
  token: string | undefined
  /** What named the manager. */
  from: ConnectionSource
  /** True for the manager of the `alien dev` that runs in this folder or in one above it. */
  isDev: boolean
  /** Name of the deployment of that `alien dev`. */
  devDeployment?: string
  /** Who else might be meant where nothing says which: what the next source names. For people. */
  passedOver?: string
}

/** Where a manager, or a token, may be named, nearest first. */
interface Sources {
  flag: { manager: string | undefined; token: string | undefined }
  environment: { manager: string | undefined; token: string | undefined }
  dev: FoundDev | undefined
  config: UserConfig
}

/**
 * Finds the manager: `--manager`, else ALIEN_MANAGER_URL, else the `alien dev` of this folder or of the nearest one above
 * it, else the user's file. Its token: the one that was named with it, see `tokenFor`. Throws `manager_unknown` when
 * nothing names one, and `usage_invalid` where a token was given without saying for which manager.
 */
export async function findConnection(
  options: ConnectionOptions,
  context: Pick<Context, "env" | "home" | "cwd">,
): Promise<Connection> {
  const { env } = context
  const paths = userPaths(context)
  const flag = { manager: options.manager, token: options.token }
  const environment = { manager: env.ALIEN_MANAGER_URL || undefined, token: environmentToken(env) }
  const isWhole = (flag.manager ?? environment.manager) && (flag.token ?? environment.token)
  const config = isWhole ? {} : await readUserConfig(paths.config)
  const sources: Sources = { flag, environment, dev: await findDev(context.cwd), config }
  const named = nameOf(sources)
  if (!named)
    throw problem("manager_unknown", {
      message: `no manager is known: neither --manager nor ALIEN_MANAGER_URL is set, no \`alien dev\` runs in ${context.cwd} or above it, and ${paths.config} names none`,
      hint: "start one with `alien serve` or `alien dev`, or name one with --manager URL --token TOKEN",
    })
  const { from, url } = named
  const passedOver = passedOverBy(named, sources, paths.config)
  return {
    ...{ url, from, token: tokenFor(named, sources) },
    isDev: isSame(sources.dev?.url, url),
    ...(isSame(sources.dev?.url, url) && sources.dev?.deployment !== undefined
      ? { devDeployment: sources.dev.deployment }
      : {}),
    ...(passedOver === undefined ? {} : { passedOver }),
  }
}

/**
 * ALIEN_TOKEN, else ALIEN_API_KEY, as the published command calls it. That one may hold a key of another platform, so it is taken
 * only where it says of itself which installation it is for.
 */
function environmentToken({ ALIEN_TOKEN, ALIEN_API_KEY }: Context["env"]): string | undefined {
  if (ALIEN_TOKEN) return ALIEN_TOKEN
  return ALIEN_API_KEY && installationOfToken(ALIEN_API_KEY) !== undefined ? ALIEN_API_KEY : undefined
}

interface Named {
  from: ConnectionSource
  url: string
}

function nameOf({ flag, environment, dev, config }: Sources): Named | undefined {
  if (flag.manager) return { from: "flag", url: managerUrl(flag.manager) }
  if (environment.manager) return { from: "environment", url: managerUrl(environment.manager) }
  if (dev) return { from: "dev", url: managerUrl(dev.url) }
  return config.manager ? { from: "config", url: managerUrl(config.manager) } : undefined
}

/**
 * The token for a manager. `--token` is for the one that this command asks. ALIEN_TOKEN stays set from command to command
 * and folder to folder, so it is for a manager that the command line or the environment names; with one that a file
 * names it is taken where the token itself says whose it is, which is compared before it is sent. It belongs to
 * ALIEN_MANAGER_URL where that is set, so it does not go to another one that `--manager` names. A file's token is sent to
 * the manager that this file names, and to no other.
 */
function tokenFor({ from, url }: Named, { flag, environment, dev, config }: Sources): string | undefined {
  if (flag.token !== undefined) return flag.token
  const isElsewhere = environment.manager !== undefined && !isSame(environment.manager, url)
  const given = isElsewhere ? undefined : environment.token
  if (given !== undefined) {
    if (from === "flag" || from === "environment" || installationOfToken(given) !== undefined) return given
    throw problem("usage_invalid", {
      message: `ALIEN_TOKEN is set without ALIEN_MANAGER_URL, so it is not known whose token it is; it is not sent to ${url}, which ${from === "dev" ? "`alien dev`" : "config.json"} names`,
      hint: `name its manager too (ALIEN_MANAGER_URL, --manager URL), or unset it: ${url} has a token of its own`,
    })
  }
  if (isSame(config.manager, url) && config.token !== undefined) return config.token
  return isSame(dev?.url, url) ? dev?.token : undefined
}

function passedOverBy({ from, url }: Named, { dev, config }: Sources, configFile: string): string | undefined {
  if (from === "environment" && dev && !isSame(dev.url, url)) return `the \`alien dev\` of ${dev.folder} (${dev.url})`
  if (from === "dev" && config.manager !== undefined && !isSame(config.manager, url))
    return `${managerUrl(config.manager)}, which ${configFile} names`
  return undefined
}

const isSame = (manager: string | undefined, url: string): boolean => {
  const named = manager === undefined ? null : URL.parse(manager)
  return named !== null && baseOf(named) === url
}

/** Checks a manager's URL and removes trailing slash, query and fragment. Throws `usage_invalid` for anything else. */
export function managerUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username || url.password)
    throw problem("usage_invalid", {
      // What stands before an @ may be a token.
      message: `${text.includes("@") ? "what was given, with credentials," : text} is no URL of a manager; write http://127.0.0.1:7400 or https://host`,
    })
  return baseOf(url)
}

const baseOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`.replace(/\/+$/, "")
