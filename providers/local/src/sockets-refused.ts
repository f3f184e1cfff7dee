import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:net"
import { join } from "node:path"
import { type AlienError, problem } from "@alienplatform/core"

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you may not write there",
  EPERM: "its file system takes no sockets, or you may not write there",
  EROFS: "its file system is read-only",
  ENOTSUP: "its file system takes no sockets",
  EOPNOTSUPP: "its file system takes no sockets",
  EINVAL: "its file system takes no sockets",
  ENOENT: "no directory can be made there",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "a file or a link is in its place",
  ENOSPC: "no space is left on its disk",
  EDQUOT: "your disk quota is used up",
  ELOOP: "its symbolic links lead in a circle",
}

/** Why no socket can be made in a directory, from the system's error. */
export function socketsRefused(directory: string, cause: unknown): AlienError {
  const { code = "unknown", message } = cause as NodeJS.ErrnoException
  return problem("sockets_refused", {
    message: `no socket can be made in ${directory}: ${REASONS[code] ?? message} (${code})`,
    hint: "choose a directory of your own on a local disk: ALIEN_HOME where it is set, else XDG_RUNTIME_DIR, names it",
    outcome: "refused",
    cause,
  })
}

/**
 * Listens in a directory for a moment, so that what supervisor and gateway cannot do there is told before they are
 * started. Throws `sockets_refused`.
 */
export async function tryListening(directory: string): Promise<void> {
  // Short, since the path of a socket may not be long.
  const server = createServer().listen(join(directory, `.${randomBytes(4).toString("hex")}`))
  try {
    await once(server, "listening")
  } catch (error) {
    throw socketsRefused(directory, error)
  } finally {
    server.close()
  }
}
