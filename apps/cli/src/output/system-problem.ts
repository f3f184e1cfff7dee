import { type AlienError, problem } from "@alienplatform/core/error"

/** What the operating system's refusals mean for a person, and what to do. */
const REFUSALS: Readonly<Record<string, readonly [means: string, hint: string]>> = {
  EACCES: ["permission denied", "give yourself access to it, or choose another folder"],
  EPERM: ["operation not permitted", "give yourself access to it, or choose another folder"],
  EROFS: ["its file system is read-only", "choose a folder on another one"],
  ENOSPC: ["no space is left on its disk", "make room, and run it again"],
  EDQUOT: ["your disk quota is used up", "make room, and run it again"],
  ENOTDIR: ["a part of the path is a file", "choose another folder"],
  EISDIR: ["it is a folder", "name a file"],
  ELOOP: ["its symbolic links lead in a circle", "mend the links, or choose another folder"],
  ENAMETOOLONG: ["the path is too long", "choose a folder with a shorter path"],
  ENOTSUP: ["its file system cannot do that", "choose a folder on another file system"],
  EOPNOTSUPP: ["its file system cannot do that", "choose a folder on another file system"],
  EIO: ["its disk failed to read or write", "look at the disk, or choose a folder on another one"],
  EMFILE: ["too many files are open", "raise the limit (ulimit -n), and run it again"],
}

/** Of a folder whose parent is there, such as one below /proc. */
const NO_FOLDERS_THERE = ["the folder above it takes no new ones", "choose another folder"] as const

const VERBS: Readonly<Record<string, string>> = {
  mkdir: "made",
  mkdtemp: "made",
  scandir: "read",
  read: "read",
  stat: "read",
  lstat: "read",
  readlink: "read",
  listen: "used for a socket",
}

/** The problem for an error with which the operating system refused a file or folder; undefined for any other. */
export function systemProblem(error: unknown): AlienError | undefined {
  if (!(error instanceof Error)) return undefined
  const { code = "", path, syscall = "", address } = error as NodeJS.ErrnoException & { address?: string }
  const place = path ?? (syscall === "listen" && address?.startsWith("/") ? address : undefined)
  const refusal = code === "ENOENT" && syscall === "mkdir" ? NO_FOLDERS_THERE : REFUSALS[code]
  if (!refusal || place === undefined) return undefined
  const [means, hint] = refusal
  return problem("file_refused", {
    message: `${place} cannot be ${VERBS[syscall] ?? "written"}: ${means} (${code})`,
    hint:
      code === "EACCES" || code === "EPERM" || code === "EROFS"
        ? `${hint}; ALIEN_HOME names the one of your own files`
        : hint,
    cause: error,
  })
}
