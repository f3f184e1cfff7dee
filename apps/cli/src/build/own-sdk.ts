import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { basename, dirname, extname, join, posix } from "node:path"
import type { Plugin } from "esbuild"

export const SDK = "@alienplatform/sdk"

/**
 * Provides `@alienplatform/sdk` to sources that have none installed: the one that came with this command. Its modules
 * get other names, so that a bundle does not depend on where the command is installed.
 */
export const ownSdk: Plugin = {
  name: "own-sdk",
  setup({ onResolve, onLoad, resolve }) {
    const own = createRequire(import.meta.url).resolve(SDK)
    onResolve({ filter: /^@alienplatform\/sdk$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === SDK) return undefined
      const { importer, namespace, resolveDir, kind } = from
      const installed = await resolve(path, { importer, namespace, resolveDir, kind, pluginData: SDK })
      const usable = installed.errors.length === 0 && installed.path !== own
      return usable ? installed : { path: basename(own), namespace: SDK }
    })
    onResolve({ filter: /^\./, namespace: SDK }, ({ path, importer }) => ({
      path: posix.join(posix.dirname(importer), path),
      namespace: SDK,
    }))
    onLoad({ filter: /./, namespace: SDK }, async ({ path }) => ({
      contents: await readFile(join(dirname(own), path), "utf8"),
      loader: extname(path) === ".ts" ? "ts" : "js",
    }))
  },
}
