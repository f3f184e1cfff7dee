import { join } from "node:path"
import type { Context } from "./context.ts"

/** Where the files of one user lie; ALIEN_HOME moves them all. Absolute if the variables are. */
export interface UserPaths {
  /** Which manager the commands use, and its token. */
  config: string
  /** Ports that this user's data directories have. */
  ports: string
  /** Of the local certificate authority. */
  authority: string
  /** For sockets; undefined leaves it to the platform. */
  runtime: string | undefined
}

/** After the XDG base directories: https://specifications.freedesktop.org/basedir-spec/latest/ */
export function userPaths({ env, home }: Pick<Context, "env" | "home">): UserPaths {
  const own = env.ALIEN_HOME || undefined
  const config = own ? join(own, "config") : join(env.XDG_CONFIG_HOME || join(home, ".config"), "alien")
  const data = own ? join(own, "data") : join(env.XDG_DATA_HOME || join(home, ".local", "share"), "alien")
  return {
    config: join(config, "config.json"),
    ports: join(config, "ports.json"),
    authority: join(data, "ca"),
    runtime: own && join(own, "run"),
  }
}
