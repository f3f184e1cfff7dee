import { isAbsolute, join } from "node:path"
import { problem } from "@alienplatform/core/error"
import type { Context } from "./context.ts"

/** Absolute paths of one user's files; ALIEN_HOME moves them all. Reading one may throw `home_invalid`. */
export interface UserPaths {
  /** File that says which manager the commands use, with its token. */
  readonly config: string
  /** File of the ports that this user's data directories have. */
  readonly ports: string
  /** File of the data directories from which this user's installations work. */
  readonly installations: string
  /** Data directory of `alien serve`. */
  readonly data: string
  /** Folder of what can be had again. */
  readonly cache: string
  /** Folder of the names that deployments of `alien dev` have, a file each. */
  readonly devNames: string
  /** Folder of the local certificate authority. */
  readonly authority: string
  /** Folder for sockets; undefined leaves it to the platform. */
  readonly runtime: string | undefined
}

/**
 * Finds the user's paths by the XDG base directories, which are ignored where they are relative.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function userPaths({ env, home }: Pick<Context, "env" | "home">): UserPaths {
  const own = env.ALIEN_HOME || undefined
  const pathIn = (name: string, variable: string | undefined, ...below: string[]): string => {
    if (own !== undefined) return join(requireAbsolute("ALIEN_HOME", own), name)
    if (variable && isAbsolute(variable)) return join(variable, "alien")
    return join(requireAbsolute("HOME", home), ...below, "alien")
  }
  const data = () => pathIn("data", env.XDG_DATA_HOME, ".local", "share")
  const config = () => pathIn("config", env.XDG_CONFIG_HOME, ".config")
  return {
    get config() {
      return join(config(), "config.json")
    },
    get ports() {
      return join(config(), "ports.json")
    },
    get installations() {
      return join(config(), "installations.json")
    },
    get data() {
      return join(data(), "manager")
    },
    get cache() {
      return pathIn("cache", env.XDG_CACHE_HOME, ".cache")
    },
    get devNames() {
      return join(config(), "dev-names")
    },
    get authority() {
      return join(data(), "ca")
    },
    get runtime() {
      return own && join(requireAbsolute("ALIEN_HOME", own), "run")
    },
  }
}

function requireAbsolute(name: string, value: string): string {
  if (isAbsolute(value)) return value
  throw problem("home_invalid", {
    message: value
      ? `${name} is ${JSON.stringify(value)}, which is no absolute path: files would be written wherever the command runs`
      : `${name} is not set, so it is unknown where this user's files lie`,
    hint: `set ${name} to the absolute path of a directory of this user`,
  })
}
