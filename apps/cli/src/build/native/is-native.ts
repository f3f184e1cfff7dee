import { readdir } from "node:fs/promises"
import { join } from "node:path"
import type { InstalledPackage } from "./installed-package.ts"
import { isPlatformName } from "./platform-name.ts"

/** Packages whose only purpose is to load a compiled addon from their caller's folder. */
export const ADDON_LOADERS = /^(?:bindings|node-gyp-build|node-gyp-build-optional-packages|@mapbox\/node-pre-gyp)$/

/** Places of compiled addons in a package: its root, where node-gyp puts them, and where prebuilt ones are shipped. */
const FOLDERS_OF_ADDONS = [".", "build/Release", "prebuilds", "lib", "dist"]

/**
 * Does a package load compiled code? It says so by what it depends on, by how it is built, or by what lies in it; the same
 * package says the same on any machine, whether it has been compiled there or not.
 */
export async function isNative({ json, directory }: InstalledPackage): Promise<boolean> {
  if (Object.keys(json.dependencies ?? {}).some((name) => ADDON_LOADERS.test(name))) return true
  if (Object.keys(json.optionalDependencies ?? {}).some(isPlatformName)) return true
  if (json.gypfile === true) return true
  const listed = await Promise.all(FOLDERS_OF_ADDONS.map((folder) => readdir(join(directory, folder)).catch(() => [])))
  const [root = []] = listed
  return root.includes("binding.gyp") || listed.flat().some((name) => name.endsWith(".node"))
}
