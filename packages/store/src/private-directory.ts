import { lstat, stat } from "node:fs/promises"
import { userInfo } from "node:os"
import { problem } from "@alienplatform/core"
import { makeDirectory } from "@alienplatform/core/make-directory"

/** What of a file's status says who may change it. */
export interface Access {
  /** Owner; -1 where the system has none. */
  uid: number
  mode: number
}

/** Bits of a mode by which a group or everybody may write. */
const OTHERS_WRITE = 0o022

/** Why a directory is not this user's alone to change; undefined where it is. */
export function sharedBecause({ uid, mode }: Access, ownUid: number): string | undefined {
  if (ownUid === -1) return undefined
  if (uid !== ownUid) return `belongs to user ${uid}, and this process is user ${ownUid}`
  if ((mode & OTHERS_WRITE) === 0) return undefined
  return `can be written by others (mode ${(mode & 0o777).toString(8)})`
}

/** Makes a directory that only its owner may enter, or takes the one that is there. Throws `data_directory_unsafe`. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  await makeDirectory(directory, 0o700)
  await refuseSharedDirectory(directory)
}

/**
 * Throws `data_directory_unsafe` where somebody else could put files into a directory, or lead its name elsewhere by a
 * symbolic link of theirs: they would choose what runs as this user. The parent directories are not looked at.
 */
export async function refuseSharedDirectory(directory: string): Promise<void> {
  const { uid: ownUid } = userInfo()
  const [named, found] = [await lstat(directory), await stat(directory)]
  const link = named.isSymbolicLink() ? sharedBecause({ uid: named.uid, mode: 0o700 }, ownUid) : undefined
  const reason = link === undefined ? sharedBecause(found, ownUid) : `is a link that ${link}`
  if (reason === undefined) return
  throw problem("data_directory_unsafe", {
    message: `data directory ${directory} ${reason}, who could choose what runs as you; nothing in it was touched`,
    hint:
      link === undefined && found.uid === ownUid
        ? `run: chmod go-w ${directory}; where that has no effect, choose a directory on a file system that keeps modes`
        : "choose a directory of your own, or run this as its owner",
    context: { directory, uid: found.uid, mode: (found.mode & 0o777).toString(8) },
  })
}
