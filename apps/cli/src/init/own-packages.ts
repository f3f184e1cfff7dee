import { execFile } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { findPackageJSON } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { promisify } from "node:util"
import { problem } from "@alienplatform/core/error"
import { tarballOf } from "./tarball.ts"

/** Packages that a project imports. The registry has other people's packages under these names, or none. */
export const PROJECT_PACKAGES = ["@alienplatform/core", "@alienplatform/sdk"] as const

/** A package that a project imports, as it came with this command. */
export interface OwnPackage {
  name: (typeof PROJECT_PACKAGES)[number]
  /** Path in the project, with `/`: `vendor/alienplatform-core-1.2.3.tgz`. */
  path: string
  tarball: Uint8Array
}

/** npm's specifier of a packed package: `file:` and its path. */
export const specifierOf = ({ path }: OwnPackage): string => `file:${path}`
export const installLine = (packages: readonly OwnPackage[]): string =>
  `npm install ${packages.map(({ path }) => `./${path}`).join(" ")}`

/** Packs the packages that a project imports. In a checkout they are compiled first. Throws `packages_unavailable`. */
export const ownPackages = (): Promise<OwnPackage[]> =>
  import.meta.filename.endsWith(".ts")
    ? packagesOfCheckout(resolve(import.meta.dirname, "../../../.."))
    : packagesIn(installedFolder)

const packagesIn = (folderOf: (name: OwnPackage["name"]) => string): Promise<OwnPackage[]> =>
  Promise.all(
    PROJECT_PACKAGES.map(async (name) => {
      const tarball = await tarballOf(name, folderOf(name))
      return { name, path: `vendor/${tarball.name}`, tarball: tarball.contents }
    }),
  )

function installedFolder(name: string): string {
  const found = findPackageJSON(name, import.meta.url)
  if (found) return dirname(found)
  throw problem("packages_unavailable", {
    message: `${name} is not installed beside alien, which is in ${import.meta.dirname}`,
    hint: "install alien again, with all of its dependencies",
  })
}

/** Packs a checkout's packages, compiled from its sources. @param checkout absolute path */
export async function packagesOfCheckout(checkout: string): Promise<OwnPackage[]> {
  const directory = await mkdtemp(join(tmpdir(), "alien-packages-"))
  try {
    const program = join(checkout, "scripts/pack/stage-packages.ts")
    await promisify(execFile)(process.execPath, [program, directory, ...PROJECT_PACKAGES]).catch((cause: unknown) => {
      throw problem("packages_unavailable", {
        message: `the packages of the checkout ${checkout} cannot be compiled: ${reasonOf(cause)}`,
        hint: `run npm ci in ${checkout}, then run it again`,
        cause,
      })
    })
    return await packagesIn((name) => join(directory, "packages", name))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The line that names the error in Node's output. */
function reasonOf(cause: unknown): string {
  const written = typeof cause === "object" && cause !== null && "stderr" in cause ? String(cause.stderr) : ""
  const line = written.split("\n").find((one) => /^\w*Error\b/.test(one))
  return line ?? (cause instanceof Error ? cause.message : String(cause))
}
