import { problem } from "@alienplatform/core/error"
import type { PartialMessage, Plugin } from "esbuild"
import type { Refusal } from "./build-error.ts"

/** Packages whose only purpose is to load a compiled addon from their caller's folder. */
const ADDON_LOADERS = /^(?:bindings|node-gyp-build|node-gyp-build-optional-packages|@mapbox\/node-pre-gyp)$/

/** Refuses compiled addons: an artifact is one ES module, and the machine that runs it is another. */
export const noNativeModules = (resource: string): Plugin => ({
  name: "no-native-modules",
  setup({ onResolve, onLoad }) {
    const refuse = (what: string): { errors: PartialMessage[] } => {
      const refusal = problem("native_module_not_supported", {
        message: `the source of ${JSON.stringify(resource)} ${what}, a compiled addon; use a package in JavaScript or WebAssembly instead`,
        context: { resource },
      })
      return { errors: [{ text: refusal.message, detail: { refusal } satisfies Refusal }] }
    }
    onLoad({ filter: /\.node$/ }, ({ path }) => refuse(`loads ${path}`))
    onResolve({ filter: ADDON_LOADERS }, ({ path, importer }) => refuse(`uses ${path} in ${importer}`))
  },
})
