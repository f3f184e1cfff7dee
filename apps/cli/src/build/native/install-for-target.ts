import { execFile } from "node:child_process"
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { sha256Hex } from "@alienplatform/core"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { homeOf } from "../../home.ts"
import { userPaths } from "../../user-paths.ts"
import { kindOf } from "../stack-file.ts"
import { findPackage, type InstalledPackage } from "./installed-package.ts"
import { type LockedPackage, lockedPackages, packagesIn } from "./locked-packages.ts"
import { isPlatformName } from "./platform-name.ts"
import { type Target, targetName } from "./target.ts"

/** Long enough for a slow line; npm repeats what fails itself. */
const INSTALL_MS = 5 * 60_000

/**
 * Installs the same version of a package for other machines, into a folder of this user's cache, and finds it there.
 * None of its scripts is run. Packages of one platform have the versions of package-lock.json, where there is one, and
 * what arrives has to be what it names.
 * @throws an Error that says why it cannot be
 */
export async function installForTarget(
  { name, version, directory }: InstalledPackage,
  target: Target,
): Promise<InstalledPackage> {
  const locked = await lockedPackages(dirname(directory))
  const wanted = {
    private: true,
    dependencies: { [name]: version },
    overrides: Object.fromEntries(
      locked.filter((item) => item.name !== name && isPlatformName(item.name)).map((item) => [item.name, item.version]),
    ),
  }
  const manifest = JSON.stringify(wanted)
  const cache = join(userPaths({ env: process.env, home: homeOf(process.env) }).cache, "packages")
  const folder = join(cache, `${sha256Hex(manifest).slice(0, 32)}-${targetName(target)}`)
  if ((await kindOf(folder)) === undefined) await install(folder, manifest, target, await npmrcAbove(directory))
  refuseOthers(packagesIn(await readFile(join(folder, "node_modules/.package-lock.json"), "utf8")), locked)
  const found = await findPackage(name, folder)
  if (!found) throw new Error(`npm did not install ${name}@${version} for ${targetName(target)}`)
  return found
}

/** It is there whole or not at all. */
async function install(folder: string, manifest: string, { os, cpu, libc }: Target, npmrc: string | undefined) {
  await makeDirectory(dirname(folder), 0o700)
  const draft = await mkdtemp(`${folder}.`)
  try {
    await writeFile(join(draft, "package.json"), manifest)
    const platform = [`--os=${os}`, `--cpu=${cpu}`, ...(libc ? [`--libc=${libc}`] : [])]
    const args = [
      "install",
      "--ignore-scripts",
      "--omit=dev",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      ...platform,
    ]
    const env = { ...process.env, ...(npmrc === undefined ? {} : { npm_config_globalconfig: npmrc }) }
    await promisify(execFile)("npm", args, { cwd: draft, env, timeout: INSTALL_MS }).catch((cause: NpmFailure) => {
      throw new Error(npmFailed(cause), { cause })
    })
    await rename(draft, folder).catch(async (error: unknown) => {
      if ((await kindOf(folder)) === undefined) throw error // Somebody else was faster.
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

type NpmFailure = Error & { code?: string | number; stderr?: string }

const npmFailed = ({ code, stderr = "", message }: NpmFailure): string =>
  code === "ENOENT"
    ? "it is not installed for that target, and there is no npm on the PATH to install it with"
    : `npm could not install it: ${stderr.trim().split("\n").slice(0, 3).join("; ") || message}`

/** Registries of the project, and how to be let in, are told there. */
async function npmrcAbove(directory: string): Promise<string | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const file = join(folder, ".npmrc")
    if ((await kindOf(file)) === "file") return file
    if (folder === dirname(folder)) return undefined
  }
}

/** @throws an Error when a package arrived that is not the one which the lock file names in that version */
function refuseOthers(arrived: readonly LockedPackage[], locked: readonly LockedPackage[]): void {
  for (const { name, version, integrity } of arrived) {
    const known = locked.filter((item) => item.name === name && item.version === version && item.integrity)
    if (known.length > 0 && !known.some((item) => item.integrity === integrity))
      throw new Error(
        `${name}@${version} from the registry is not the one in package-lock.json (integrity ${integrity}, not ${known[0]?.integrity})`,
      )
  }
}
