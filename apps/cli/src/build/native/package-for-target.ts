import { installForTarget } from "./install-for-target.ts"
import { admits, findPackage, type InstalledPackage, isOptional } from "./installed-package.ts"
import { isNative } from "./is-native.ts"
import { mentions, type PackageContents, packageContents } from "./package-contents.ts"
import { isPlatformName, namesTarget } from "./platform-name.ts"
import type { Target } from "./target.ts"

/** What of a package runs on a target. */
export interface PackageForTarget {
  installed: InstalledPackage
  contents: PackageContents
  /** Packages that hold its compiled code for the target. */
  platform: InstalledPackage[]
}

/**
 * Finds what of a package runs on a target, and installs its packages of that platform where they are not installed.
 * @throws an Error that says why it has no compiled code for the target
 */
export async function packageForTarget(installed: InstalledPackage, target: Target): Promise<PackageForTarget> {
  const contents = await packageContents(installed, target)
  let { found, missing } = await platformPackages(installed, target)
  if (missing.length > 0) {
    const own = found
    const there = await installForTarget(installed, target).catch((error: unknown) => {
      if (!contents.hasAddon && own.length === 0) throw error
    })
    if (there) found = (await platformPackages(there, target)).found
  }
  if (!contents.hasAddon && found.length === 0 && (await isNative(installed))) throw new Error(lacking(contents))
  return { installed, contents, platform: found }
}

/** Packages of one platform that it has for the target, as their names and, where they are installed, they themselves say. */
async function platformPackages({ json, directory }: InstalledPackage, target: Target) {
  const names = Object.keys(json.optionalDependencies ?? {}).filter(
    (name) => isPlatformName(name) && namesTarget(name, target),
  )
  const looked = await Promise.all(names.map((name) => findPackage(name, directory)))
  const found = looked.filter((one) => one !== undefined).filter((one) => admits(one.json, target))
  return { found, missing: names.filter((_, index) => looked[index] === undefined) }
}

function lacking({ unfit }: PackageContents): string {
  const [first] = unfit.filter(({ file }) => !file.startsWith("prebuilds/"))
  if (first) return `its file ${first.file} ${first.why}; build it there, or use a package that ships prebuilt files`
  if (unfit.length > 0) return `it ships prebuilt files for other platforms alone, such as ${unfit[0]?.file}`
  return "it has no compiled file: a script of it builds or downloads one when it is installed, and on such a machine alone; run npm rebuild on one, or use a package that ships prebuilt files"
}

/**
 * The packages that one needs to run: those of its dependencies that its modules name, since others only build it, and
 * those of its platform.
 * @throws an Error that says which one is not installed
 */
export async function neededBy({ installed, contents, platform }: PackageForTarget): Promise<InstalledPackage[]> {
  const { dependencies, optionalDependencies, peerDependencies } = installed.json
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
  const needed = names.filter(
    (name) => !(isPlatformName(name) && isOptional(installed.json, name)) && mentions(contents, name),
  )
  const found: InstalledPackage[] = []
  for (const name of needed) {
    const one = await findPackage(name, installed.directory)
    if (one) found.push(one)
    else if (dependencies?.[name] !== undefined && !isOptional(installed.json, name))
      throw new Error(`${name}, on which it depends, is not installed; run npm install`)
  }
  return [...found, ...platform]
}
