import { lstatSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { join, resolve } from "node:path"
import { problem, sha256Hex } from "@alienplatform/core"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import { socketsRefused } from "./sockets-refused.ts"

/** Longest path of a Unix socket on Linux, without the closing zero; macOS takes 103. */
const MAX_SOCKET_PATH = 103

/**
 * Where the sockets of a data directory lie: `runtimeDirectory`, else `$XDG_RUNTIME_DIR/alien`, else a directory of
 * this user under the system's temporary one. A path too long for a socket is replaced by a short one under /var/tmp.
 * Made with mode 0700. Throws `runtime_directory_unsafe` when somebody else could have put it there, and
 * `sockets_refused` when it cannot be made.
 */
export function socketPath(options: {
  dataDirectory: string
  runtimeDirectory?: string | undefined
  name: string
}): string {
  const key = sha256Hex(resolve(options.dataDirectory)).slice(0, 16)
  const preferred = options.runtimeDirectory ?? defaultRuntimeDirectory()
  const path = join(preferred, `${key}-${options.name}.sock`)
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) {
    ensurePrivate(preferred)
    return path
  }
  const short = `/var/tmp/alien-${userInfo().uid}`
  ensurePrivate(short)
  return join(short, `${sha256Hex(path).slice(0, 16)}.sock`)
}

function defaultRuntimeDirectory(): string {
  const { XDG_RUNTIME_DIR: runtime } = process.env
  return runtime ? join(runtime, "alien") : join(tmpdir(), `alien-${userInfo().uid}`)
}

function ensurePrivate(directory: string): void {
  try {
    makeDirectorySync(directory, 0o700)
  } catch (error) {
    throw socketsRefused(directory, error)
  }
  const found = lstatSync(directory)
  const { uid } = userInfo()
  if (found.isDirectory() && (uid === -1 || found.uid === uid) && (found.mode & 0o022) === 0) return
  throw problem("runtime_directory_unsafe", {
    message: `${directory} belongs to somebody else or can be written by others (owner ${found.uid}, mode ${(found.mode & 0o777).toString(8)}); remove it, or set XDG_RUNTIME_DIR to a directory of your own`,
  })
}
