import type { AlienError } from "@alienplatform/core/error"
import type { NativePackage } from "./external-natives.ts"
import { type InstalledPackage, isOptional } from "./installed-package.ts"
import { neededBy, packageForTarget } from "./package-for-target.ts"
import { PackagePlaces } from "./place-packages.ts"
import { nativeModuleRefused } from "./refusal.ts"
import type { Target } from "./target.ts"

export interface CarryPackagesOptions {
  resource: string
  target: Target
  packages: ReadonlyMap<string, NativePackage>
}

/** A file of a package that travels. */
export interface PackageFile {
  /** Path in the artifact. */
  place: string
  content: Buffer
  /** Is it a program, to be started? */
  executable: boolean
  /** Name and version of its package. */
  package: string
}

interface Needed {
  installed: InstalledPackage
  isOptional: boolean
  /** Place of the package that needs it; empty for the bundle. */
  parent: string
}

/**
 * The files of native packages, and of all that they need to run, for the target. They lie in the artifact's
 * `node_modules`, where Node finds them.
 * @throws `native_module_not_supported`
 */
export async function carryPackages({ resource, target, packages }: CarryPackagesOptions): Promise<PackageFile[]> {
  const places = new PackagePlaces()
  const files: PackageFile[] = []
  const waiting: Needed[] = byName([...packages.values()].map((one) => ({ ...one, parent: "" })))
  for (let needed = waiting.shift(); needed; needed = waiting.shift()) {
    const { installed, parent } = needed
    const { name, version } = installed
    const refuse = (cause: Error): AlienError =>
      nativeModuleRefused({ resource, what: `${name}@${version}`, target, why: cause.message, cause })
    const found = await packageForTarget(installed, target).catch((error: Error) => {
      if (!needed.isOptional) throw refuse(error)
    })
    const place = found && places.place(name, version, parent)
    if (!found || place === undefined) continue
    for (const [file, { content, executable }] of found.contents.files)
      files.push({ place: `${place}/${file}`, content, executable, package: `${name}@${version}` })
    const others = await neededBy(found).catch((error: Error) => Promise.reject(refuse(error)))
    waiting.push(
      ...byName(
        others.map((one) => ({ installed: one, isOptional: isOptional(installed.json, one.name), parent: place })),
      ),
    )
  }
  return files
}

/** So that the same packages have the same places, whatever the order in which they were met. */
const byName = (needed: readonly Needed[]): Needed[] =>
  needed.toSorted((left, right) => (left.installed.name < right.installed.name ? -1 : 1))
