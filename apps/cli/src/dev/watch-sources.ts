import { existsSync, fstatSync, type Stats } from "node:fs"
import { stat } from "node:fs/promises"
import { join, relative, sep } from "node:path"

/** Changes closer together than this count as one: an editor writes several files, git hundreds. */
const QUIET_MS = 40

export interface SourceWatch {
  /** Adds files to watch beside those in the folders: of packages, and elsewhere. */
  follow(files: Iterable<string>): void
  close(): Promise<void>
}

export interface WatchOptions {
  /**
   * Folders to watch with everything below but `node_modules`, hidden files, caches, as cargo marks its `target`, and
   * this process's own output.
   */
  folders: readonly string[]
  /** Further files to watch, absolute paths. */
  files: Iterable<string>
  /** Time in ms since the epoch; newer files count as changed. */
  since: number
  changed(paths: ReadonlySet<string>): void
}

/** Watches sources; calls `changed` with files that were changed, added or removed, shortly after the last of them. */
export async function watchSources({ folders, files, since, changed }: WatchOptions): Promise<SourceWatch> {
  const { watch } = await import("chokidar")
  const followed = new Set(files)
  let gathered = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const gather = (path: string) => {
    gathered.add(path)
    clearTimeout(timer)
    timer = setTimeout(() => {
      const paths = gathered
      gathered = new Set()
      changed(paths)
    }, QUIET_MS)
  }

  const watcher = watch([...folders, ...followed], {
    ignoreInitial: true,
    ignored: (path, stats) =>
      !followed.has(path) &&
      !folders.includes(path) &&
      ([...folders, ...followed].every((folder) => isHidden(relative(folder, path))) ||
        isCache(path, stats) ||
        isOwnOutput(stats)),
  })
  watcher.on("all", (event, path) => {
    if (event !== "addDir" && event !== "unlinkDir") gather(path)
  })
  // A folder that cannot be read is not watched; its files are, as far as they are inputs.
  watcher.on("error", () => undefined)
  const lateChanges = async () => {
    for (const file of followed) {
      const { mtimeMs = 0 } = (await stat(file).catch(() => undefined)) ?? {}
      if (mtimeMs > since) gather(file)
    }
  }
  await new Promise<void>((resolve) => watcher.once("ready", resolve))
  await lateChanges()

  return {
    follow(more) {
      const added = [...more].filter((file) => !followed.has(file))
      for (const file of added) followed.add(file)
      if (added.length > 0) watcher.add(added)
    },
    async close() {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}

/** File that marks a cache folder. @see https://bford.info/cachedir/ */
const CACHE_TAG = "CACHEDIR.TAG"

/** Is it a cache folder? One with the tag; cargo renames its own into place once the tag is in it. */
const isCache = (path: string, stats: Stats | undefined): boolean =>
  stats?.isDirectory() === true && existsSync(join(path, CACHE_TAG))

/**
 * Is it this process's own output, as with `alien dev > dev.log`? Each report of a change would then be the next
 * change.
 */
const isOwnOutput = (stats: Stats | undefined): boolean =>
  stats?.isFile() === true &&
  [1, 2].map((descriptor) => fstatSync(descriptor)).some(({ dev, ino }) => dev === stats.dev && ino === stats.ino)

/** Is the path, relative to a watched folder, outside of it, in a package, hidden, or a cache's tag? */
const isHidden = (path: string): boolean =>
  path.split(sep).some((name) => name === "node_modules" || name.startsWith(".") || name === CACHE_TAG)
