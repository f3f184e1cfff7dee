import { existsSync, fstatSync, type Stats } from "node:fs"
import { stat } from "node:fs/promises"
import { join, relative, sep } from "node:path"

/** Changes closer together than this are one: an editor writes several files, git hundreds. */
const QUIET_MS = 40

export interface SourceWatch {
  /** Files to watch beside those in the folders: packages, and what lies elsewhere. */
  follow(files: Iterable<string>): void
  close(): Promise<void>
}

export interface WatchOptions {
  /**
   * Watched with everything below but `node_modules`, what begins with a dot, caches, as cargo marks its `target`, and
   * this process's own output.
   */
  folders: readonly string[]
  /** Absolute paths. */
  files: Iterable<string>
  /** ms since the epoch: files that are newer have changed already. */
  since: number
  changed(paths: ReadonlySet<string>): void
}

/** Tells which files were changed, added or removed, a little after the last of them. */
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
      (folders.every((folder) => isHidden(relative(folder, path))) || isCache(path, stats) || isOwnOutput(stats)),
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

/** @see https://bford.info/cachedir/ */
const CACHE_TAG = "CACHEDIR.TAG"

/** A folder with such a tag; cargo gives its own the name after the tag is in it. */
const isCache = (path: string, stats: Stats | undefined): boolean =>
  stats?.isDirectory() === true && existsSync(join(path, CACHE_TAG))

/** Of `alien dev > dev.log`: what it says of a change would be the next one. */
const isOwnOutput = (stats: Stats | undefined): boolean =>
  stats?.isFile() === true &&
  [1, 2].map((descriptor) => fstatSync(descriptor)).some(({ dev, ino }) => dev === stats.dev && ino === stats.ino)

/** Relative to a watched folder: outside of it, in a package, hidden, or the tag itself. */
const isHidden = (path: string): boolean =>
  path.split(sep).some((name) => name === "node_modules" || name.startsWith(".") || name === CACHE_TAG)
