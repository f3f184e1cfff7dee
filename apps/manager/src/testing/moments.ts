import { createHash } from "node:crypto"
import { cpSync, readdirSync, readFileSync } from "node:fs"
import files, { type FileHandle } from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import { basename, join } from "node:path"
import { DatabaseSync, StatementSync } from "node:sqlite"

/** A copy of a directory as a kill at some moment would have left it, and what was said before that. */
export interface Moment {
  /** The change that was made last, or was about to be. */
  at: string
  directory: string
  said: readonly string[]
}

/** What changes files. */
const CHANGES = ["open", "writeFile", "link", "rename", "mkdir", "rm"] as const
const STATEMENTS = ["run", "all", "get"] as const

// biome-ignore lint/suspicious/noExplicitAny: every function of a module alike.
type Changeable = Record<string, (...args: any[]) => any>

/**
 * Runs `work` and copies `directory` before and after every call that may change a file in it, SQL statements included.
 * A kill leaves files as they are, so the copies are all that it can leave; equal ones count once. `work` says what it
 * has told to its user.
 */
export async function momentsOf(
  { directory, copies }: { directory: string; copies: string },
  work: (say: (what: string) => void) => Promise<void>,
): Promise<Moment[]> {
  const moments = new Map<string, Moment>()
  const said: string[] = []
  const look = (at: string) => {
    const seen = `${fingerprint(directory)} ${said.length}`
    if (moments.has(seen)) return
    const copy = join(copies, `${moments.size}`)
    cpSync(directory, copy, { recursive: true, filter: (path) => !isLock(path) })
    moments.set(seen, { at, directory: copy, said: [...said] })
  }
  const handle = await files.open(directory)
  const handles = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const restore = [
    watch(files as unknown as Changeable, CHANGES, look),
    watch(handles as unknown as Changeable, ["writeFile"], look),
    watch(DatabaseSync.prototype as unknown as Changeable, ["exec"], look),
    watch(StatementSync.prototype as unknown as Changeable, STATEMENTS, look),
  ]
  syncBuiltinESMExports()
  try {
    look("nothing")
    await work((what) => {
      said.push(what)
      look(`say ${what}`)
    })
    look("all")
  } finally {
    for (const back of restore) back()
    syncBuiltinESMExports()
  }
  return [...moments.values()]
}

function watch(of: Changeable, names: readonly string[], look: (at: string) => void): () => void {
  const real = names.map((name) => [name, of[name]] as const)
  for (const [name, change] of real)
    of[name] = function (this: unknown, ...args: unknown[]) {
      look(`before ${name}`)
      const result = change?.apply(this, args)
      if (!(result instanceof Promise)) look(`after ${name}`)
      else result.then(() => look(`after ${name}`)).catch(() => undefined)
      return result
    }
  return () => {
    for (const [name, change] of real) if (change) of[name] = change
  }
}

/** SQLite loses the lock that it holds on it when anybody else opens it. */
const isLock = (path: string) => /^lock\.db/.test(basename(path))

function fingerprint(directory: string): string {
  const hash = createHash("sha256")
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (isLock(path) || path.endsWith("-shm")) continue
    hash.update(`\0${path}\0`)
    if (entry.isFile()) hash.update(readFileSync(path))
  }
  return hash.digest("hex")
}
