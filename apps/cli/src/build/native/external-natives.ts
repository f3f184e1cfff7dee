import { isBuiltin } from "node:module"
import type { OnResolveResult, Plugin } from "esbuild"
import type { Refusal } from "../build-error.ts"
import type { CarriedFile } from "../carry/carry-files.ts"
import { placeOf } from "../carry/place.ts"
import { findPackage, type InstalledPackage, isOptional, packageAround } from "./installed-package.ts"
import { ADDON_LOADERS, isNative } from "./is-native.ts"
import { nativeModuleRefused } from "./refusal.ts"
import type { Target } from "./target.ts"

/** A package that a bundle leaves to Node, which finds it in the artifact's `node_modules`. */
export interface NativePackage {
  installed: InstalledPackage
  /** Can each package that imports it do without? */
  isOptional: boolean
}

export interface ExternalNativesOptions {
  resource: string
  target: Target
  /** Folder of the package that the source belongs to. */
  root: string
  /** By name; what is met is added. */
  packages: Map<string, NativePackage>
  /** Called for each compiled file that a bundled module imports. */
  carry(file: CarriedFile): void
}

const ADDON = "alien-addon"

/** Leaves packages that load compiled code out of the bundle, and makes compiled files that are imported travel. */
export const externalNatives = ({ resource, target, root, packages, carry }: ExternalNativesOptions): Plugin => ({
  name: "external-natives",
  setup({ onResolve, onLoad }) {
    const found = new Map<string, Promise<InstalledPackage | undefined>>()
    const find = (name: string, from: string) => {
      const key = `${name} ${from}`
      const known = found.get(key) ?? nativePackage(name, from)
      found.set(key, known)
      return known
    }
    const refuse = (what: string, why: string): OnResolveResult => {
      const refusal = nativeModuleRefused({ resource, what, target, why })
      return { errors: [{ text: refusal.message, detail: { refusal } satisfies Refusal }] }
    }
    onResolve({ filter: ADDON_LOADERS, namespace: "file" }, ({ path, importer }) =>
      refuse(path, `${importer} has it look for a file when it runs; require the .node file by its path`),
    )
    onResolve({ filter: /^[^./#\0]/, namespace: "file" }, async ({ path, importer, resolveDir, kind }) => {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]
      if (kind === "entry-point" || name === undefined || isBuiltin(path)) return undefined
      const installed = await find(name, resolveDir)
      if (!installed) return undefined
      const known = packages.get(name)
      if (known && known.installed.version !== installed.version)
        return refuse(
          `${name}@${installed.version}`,
          `${known.installed.version} of it is needed too, and an artifact has one version of such a package; align them`,
        )
      const around = await packageAround(importer)
      const canMiss = around !== undefined && isOptional(around.json, name)
      packages.set(name, { installed, isOptional: canMiss && (known?.isOptional ?? true) })
      return { path, external: true }
    })
    onLoad({ filter: /\.node$/, namespace: "file" }, ({ path }) => {
      carry({ path, why: "import" })
      return {
        contents: `module.exports = require(${JSON.stringify(`${ADDON}:./${placeOf(root, path)}`)})`,
        loader: "js",
      }
    })
    onResolve({ filter: /^alien-addon:/ }, ({ path }) => ({ path: path.slice(ADDON.length + 1), external: true }))
  },
})

async function nativePackage(name: string, from: string): Promise<InstalledPackage | undefined> {
  const installed = await findPackage(name, from)
  return installed && (await isNative(installed)) ? installed : undefined
}
