/*
 * Which packages may import which. "Where does this go?" becomes "who has to know it?": a package that is not named in
 * a row is out of its reach, whatever its package.json says.
 */
const EVERYTHING = [
  "packages/core",
  "packages/engine",
  "packages/endpoints",
  "packages/store",
  "packages/api",
  "packages/runtime",
  "packages/oci",
  "providers/*",
  "apps/gateway",
]

const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  "packages/core": [],
  "packages/engine": ["packages/core"],
  "packages/endpoints": ["packages/core", "packages/engine"],
  "packages/store": ["packages/core", "packages/engine"],
  "packages/api": ["packages/core"],
  "packages/runtime": [],
  "packages/oci": [],
  "providers/*": ["packages/core", "packages/engine", "packages/endpoints", "packages/runtime", "packages/oci"],
  // The engine's own cloud, and a platform too: tests and benchmarks alone import it.
  "simulators/memory": ["packages/core", "packages/engine"],
  "simulators/*": ["packages/core", "packages/runtime"],
  "apps/gateway": ["providers/local"],
  "apps/manager": EVERYTHING,
  "apps/cli": ["packages/core", "packages/api", "packages/oci", "packages/runtime", "apps/manager", "sdks/typescript"],
  "sdks/typescript": [],
}

/** Packages that run beside other people's code and bring nothing with them. */
export const WITHOUT_DEPENDENCIES: readonly string[] = ["packages/runtime", "sdks/typescript"]

/** Rules narrower than the table: which files may import, or which entries may be imported. */
const NARROWER_RULES: readonly {
  from: string
  to: string
  files?: RegExp
  entries?: readonly string[]
  rule: string
}[] = [
  {
    from: "apps/cli",
    to: "apps/manager",
    files: /^apps\/cli\/src\/(?:dev|serve)(?:\/|\.ts$)/,
    rule: "the CLI imports the manager from src/dev and src/serve only",
  },
  {
    from: "apps/cli",
    to: "sdks/typescript",
    files: /^$/,
    rule: "the CLI puts the SDK into bundles and imports nothing of it",
  },
  {
    from: "apps/cli",
    to: "packages/runtime",
    files: /^$/,
    rule: "the CLI puts the runtime into images and imports nothing of it",
  },
  {
    from: "apps/gateway",
    to: "providers/local",
    entries: ["gateway-table"],
    rule: "the gateway imports nothing but its table's schema",
  },
]

const row = (directory: string): readonly string[] | undefined =>
  DIRECTIONS[directory] ?? DIRECTIONS[directory.replace(/\/[^/]+$/, "/*")]

/**
 * Why a package must not import another; undefined where it may. Directories as in `Workspace`; `file` and `entry` only
 * for imports.
 */
export function importRefusal(from: string, to: string, { file, entry }: { file?: string; entry?: string } = {}) {
  if (from === "" || from === to) return undefined
  const allowed = row(from)
  if (!allowed) return `${from} has no row in scripts/verify/directions.ts`
  const reachable = allowed.some((pattern) => pattern === to || pattern === to.replace(/\/[^/]+$/, "/*"))
  if (!reachable) return `${from} must not import ${to}`
  const narrow = NARROWER_RULES.find((rule) => rule.from === from && rule.to === to)
  if (narrow?.files && file !== undefined && !narrow.files.test(file)) return narrow.rule
  if (narrow?.entries && entry !== undefined && !narrow.entries.includes(entry)) return narrow.rule
  return undefined
}
