import { posix, relative, resolve, sep } from "node:path"
import { modulePlacedAs } from "./carry/place.ts"
import { SDK } from "./own-sdk.ts"

/**
 * What a module of a bundle is called towards people: its path from the package's folder, or `node_modules/x/…` wherever
 * on this machine its package is installed. The same sources have the same names on any machine.
 * @param input as esbuild names it
 * @param workingDirectory what that is relative to
 * @param root absolute path of the package's folder
 */
export function sourceName(input: string, workingDirectory: string, root: string): string {
  if (input.startsWith(`${SDK}:`)) return posix.join("node_modules", SDK, input.slice(SDK.length + 1))
  const path = modulePlacedAs(input, root) ?? resolve(workingDirectory, input)
  const parts = relative(root, path).split(sep)
  return parts.slice(Math.max(0, parts.lastIndexOf("node_modules"))).join("/")
}
