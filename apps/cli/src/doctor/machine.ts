import { lookup } from "node:dns/promises"
import { access, constants, stat, statfs } from "node:fs/promises"
import { dirname } from "node:path"
import { codeOf } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import { userPaths } from "../user-paths.ts"
import { type Finding, fail, failed, ok, warn } from "./finding.ts"

const MiB = 1024 * 1024
const NEEDED = 100 * MiB
const COMFORTABLE = 1024 * MiB
const OLDEST_NODE = 24

export function node(version: string): Finding {
  return Number.parseInt(version, 10) >= OLDEST_NODE
    ? ok("node", `Node ${version}`)
    : fail("node", `this is Node ${version}`, `install Node ${OLDEST_NODE} or newer from https://nodejs.org`)
}

export function home(context: Pick<Context, "env" | "home">): Finding {
  try {
    return ok("home", `configuration in ${dirname(userPaths(context).config)}`)
  } catch (error) {
    return failed("home", error)
  }
}

/** Writable, or can be made, and with room on its disk. */
export async function dataDirectory(directory: string): Promise<Finding> {
  const check = "data"
  const existing = await nearestExisting(directory)
  try {
    if (!(await stat(existing)).isDirectory()) return fail(check, `${existing} is a file`, "choose another --data")
    await access(existing, constants.W_OK | constants.X_OK)
  } catch (error) {
    return fail(
      check,
      `${existing} cannot be written (${codeOf(error)})`,
      `give yourself write access to it, or choose another --data`,
    )
  }
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  const size = `${Math.floor(free / MiB)} MiB free`
  if (free < NEEDED)
    return fail(check, `${directory}: ${size}`, "free some space: a full disk loses logs and refuses releases")
  if (free < COMFORTABLE) return warn(check, `${directory}: ${size}`, "free some space soon")
  return ok(check, `${directory}${existing === directory ? "" : ", not there yet"}; ${size}`)
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  const parent = dirname(path)
  return found || parent === path ? path : nearestExisting(parent)
}

/** Browsers resolve names under localhost by themselves; curl and others ask the system. */
export async function localhostNames(resolve: (host: string) => Promise<string[]> = addresses): Promise<Finding> {
  const host = "alien-doctor.localhost"
  const found = await resolve(host).catch(() => [])
  const others = found.filter((address) => address !== "::1" && !address.startsWith("127."))
  if (others.length > 0)
    return fail(
      "localhost",
      `${host} resolves to ${others.join(", ")}`,
      "your resolver answers for localhost; correct it",
    )
  return found.length > 0
    ? ok("localhost", `*.localhost resolves to ${found.join(", ")}`)
    : warn(
        "localhost",
        "this system does not resolve *.localhost; browsers do by themselves",
        "use the curl line that alien info prints (--resolve), or add the host to /etc/hosts",
      )
}

const addresses = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address)

/** Runs the builder on one line. */
export async function builder(): Promise<Finding> {
  try {
    const { transform, version } = await import("esbuild")
    await transform("const one: number = 1", { loader: "ts" })
    return ok("esbuild", `esbuild ${version}`)
  } catch (error) {
    return fail(
      "esbuild",
      `esbuild does not start: ${error instanceof Error ? error.message.split("\n")[0] : error}`,
      "install again with optional dependencies: esbuild's program for this system is one of them",
    )
  }
}
