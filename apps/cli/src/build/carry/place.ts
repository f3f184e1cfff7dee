import { dirname, posix, relative, resolve, sep } from "node:path"

/** Stands in an artifact for a step out of the package's folder. */
const UP = "_up"

/**
 * Where a file of this machine lies in an artifact: by its path in the package's folder, so that paths between files
 * stay as they are. A file outside of it lies below `_up`, once per step up.
 * @param root absolute path of the package's folder
 */
export const placeOf = (root: string, path: string): string =>
  relative(root, path)
    .split(sep)
    .map((part) => (part === ".." ? UP : part))
    .join("/")

/** What leads from a module to a file in the artifact, as `./data.json`. */
export function stepsBetween(root: string, module: string, file: string): string {
  const steps = posix.relative(posix.dirname(placeOf(root, module)), placeOf(root, file))
  return steps.startsWith(".") ? steps : `./${steps}`
}

/** Do the steps from a module to a file stay the same in the artifact? Not where they cross the package's border. */
export const staysApart = (root: string, module: string, file: string): boolean =>
  posix.join(posix.dirname(placeOf(root, module)), relative(dirname(module), file).split(sep).join("/")) ===
  placeOf(root, file)

/** Namespace of the small modules that tell others their place in the artifact. */
export const PLACES = "alien-place"

/** What such a module is imported as. */
export const placeModule = (root: string, path: string): string => `${PLACES}:${placeOf(root, path)}`

/** Absolute path of the module that is told its place, by what that is imported as; undefined for any other module. */
export function modulePlacedAs(name: string, root: string): string | undefined {
  if (!name.startsWith(`${PLACES}:`)) return undefined
  const steps = name.slice(PLACES.length + 1).split("/")
  const inside = steps.findIndex((step) => step !== UP)
  return resolve(root, ...steps.map((step, index) => (index < inside ? ".." : step)))
}
