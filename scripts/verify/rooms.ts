/** Folders below a package's `src`: a file imports from its own and from those before it. Files beside them import all. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "packages/engine": ["declare", "record", "decide", "run", "plan"],
  "apps/gateway": ["upstream", "answer", "table", "connections", "request", "listen"],
  "apps/manager": [
    "data-directory",
    "artifacts",
    "backup",
    "tokens",
    "secrets",
    "variables",
    "dns",
    "platforms",
    "release",
    "answers",
    "planner",
    "runner",
    "deployment",
    "http",
    "routes",
    "start",
  ],
}

/** Why a file must not import another one of its package, or nothing. Paths from the root. */
export function roomRefusal(directory: string, path: string, target: string): string | undefined {
  const rooms = ROOMS[directory]
  if (!rooms) return undefined
  const [from, to] = [path, target].map((file) => roomOf(file, directory))
  if (from === undefined || to === undefined || from === to) return undefined
  const unknown = [from, to].find((room) => !rooms.includes(room))
  if (unknown !== undefined) return `${directory}/src/${unknown} has no place in scripts/verify/rooms.ts`
  return rooms.indexOf(to) < rooms.indexOf(from) ? undefined : `${from} must not import ${to}, which lies above it`
}

const roomOf = (file: string, directory: string): string | undefined =>
  /^([^/]+)\//.exec(file.slice(`${directory}/src/`.length))?.[1]
