import { lookup } from "node:dns/promises"
import { mkdtemp, rmdir, stat, statfs } from "node:fs/promises"
import { dirname, join } from "node:path"
import { codeOf } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import { userPaths } from "../user-paths.ts"
import { errorFinding, type Finding, failFinding, okFinding, warnFinding } from "./finding.ts"

const MIB_BYTES = 1024 * 1024
const MIN_FREE_BYTES = 100 * MIB_BYTES
const GOOD_FREE_BYTES = 1024 * MIB_BYTES
const MIN_NODE_MAJOR = 24

export function checkNode(version: string): Finding {
  return Number.parseInt(version, 10) >= MIN_NODE_MAJOR
    ? okFinding("node", `Node ${version}`)
    : failFinding("node", `this is Node ${version}`, `install Node ${MIN_NODE_MAJOR} or newer from https://nodejs.org`)
}

export function checkHome(context: Pick<Context, "env" | "home">): Finding {
  try {
    return okFinding("home", `configuration in ${dirname(userPaths(context).config)}`)
  } catch (error) {
    return errorFinding("home", error)
  }
}

/** Checks that the data directory is writable or can be created, with enough room on its disk. */
export async function checkDataDirectory(directory: string): Promise<Finding> {
  const check = "data"
  const existing = await nearestExisting(directory)
  try {
    if (!(await stat(existing)).isDirectory())
      return failFinding(check, `${existing} is a file`, "choose another --data")
    // Modes do not tell: below /proc even root makes no folder.
    await rmdir(await mkdtemp(join(existing, ".alien-doctor-")))
  } catch (error) {
    return failFinding(
      check,
      `${existing} cannot be written (${codeOf(error)})`,
      `give yourself write access to it, or choose another --data`,
    )
  }
  const { bavail, blocks, bsize } = await statfs(existing)
  // File systems without a limit of their own say that they have no blocks at all.
  if (blocks === 0) return okFinding(check, `${directory}${existing === directory ? "" : ", not there yet"}`)
  const free = bavail * bsize
  const size = `${Math.floor(free / MIB_BYTES)} MiB free`
  if (free < MIN_FREE_BYTES)
    return failFinding(check, `${directory}: ${size}`, "free some space: a full disk loses logs and refuses releases")
  if (free < GOOD_FREE_BYTES) return warnFinding(check, `${directory}: ${size}`, "free some space soon")
  return okFinding(check, `${directory}${existing === directory ? "" : ", not there yet"}; ${size}`)
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  const parent = dirname(path)
  return found || parent === path ? path : nearestExisting(parent)
}

/**
 * Checks whether the system resolves names under localhost. Browsers do so by themselves; curl and others ask the
 * system.
 */
export async function checkLocalhostNames(resolve: (host: string) => Promise<string[]> = addresses): Promise<Finding> {
  const host = "alien-doctor.localhost"
  const found = await resolve(host).catch(() => [])
  const others = found.filter((address) => address !== "::1" && !address.startsWith("127."))
  if (others.length > 0)
    return failFinding(
      "localhost",
      `${host} resolves to ${others.join(", ")}`,
      "your resolver answers for localhost; correct it",
    )
  return found.length > 0
    ? okFinding("localhost", `*.localhost resolves to ${found.join(", ")}`)
    : warnFinding(
        "localhost",
        "this system does not resolve *.localhost; browsers do by themselves",
        "use the curl line that alien info prints (--resolve), or add the host to /etc/hosts",
      )
}

const addresses = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address)

/** Checks that the builder works, on one line of code. */
export async function checkBuilder(): Promise<Finding> {
  try {
    const { transform, version } = await import("esbuild")
    await transform("const one: number = 1", { loader: "ts" })
    return okFinding("esbuild", `esbuild ${version}`)
  } catch (error) {
    return failFinding(
      "esbuild",
      `esbuild does not start: ${error instanceof Error ? error.message.split("\n")[0] : error}`,
      "install again with optional dependencies: esbuild's program for this system is one of them",
    )
  }
}
