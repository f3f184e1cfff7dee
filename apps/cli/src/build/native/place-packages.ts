/**
 * Where packages lie in an artifact's `node_modules`, so that each finds its own versions of others as Node looks them
 * up.
 */
export class PackagePlaces {
  /** Name and version by place. */
  readonly #placed = new Map<string, string>()

  /**
   * Gives a package its place: at the top, or below the one that needs it where the top has another version. Undefined
   * where it lies within reach already.
   * @param parent place of the package that needs it; empty for the bundle
   */
  place(name: string, version: string, parent: string): string | undefined {
    const id = `${name}@${version}`
    const nearest = foldersUp(parent).find((folder) => this.#placed.has(folder + name))
    if (nearest !== undefined && this.#placed.get(nearest + name) === id) return undefined
    const place = (nearest === undefined ? TOP : `${parent}/${TOP}`) + name
    this.#placed.set(place, id)
    return place
  }
}

const TOP = "node_modules/"

/** The `node_modules` in which Node looks for what a package needs, nearest first. */
function foldersUp(place: string): string[] {
  const parents = place === "" ? [] : place.slice(TOP.length).split(`/${TOP}`)
  const folders = parents.map(
    (_, depth) =>
      TOP +
      parents
        .slice(0, depth + 1)
        .map((name) => `${name}/${TOP}`)
        .join(""),
  )
  return [...folders.reverse(), TOP]
}
