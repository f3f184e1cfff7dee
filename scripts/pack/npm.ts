import { spawn } from "node:child_process"
import { delimiter } from "node:path"

export interface NpmOptions {
  cwd: string
  /** npm's whole environment. */
  environment: Readonly<Record<string, string>>
  signal: AbortSignal
}

/** Options of every call: no package script runs, and nothing unnecessary is requested or sent. */
const ALWAYS = [
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--no-update-notifier",
  "--logs-max=0",
  "--prefer-offline",
]

/**
 * Runs the npm that runs us, else the one on the PATH, and returns its stdout. Throws with all its output when it
 * fails.
 */
export function npm(args: readonly string[], { cwd, environment, signal }: NpmOptions): Promise<string> {
  const own = process.env.npm_execpath
  const [program, first] = own?.endsWith(".js") ? [process.execPath, [own]] : ["npm", []]
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...ALWAYS, ...args], {
      cwd,
      env: environment,
      signal,
      stdio: ["ignore", "pipe", "pipe"],
    })
    let [stdout, stderr] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
    })
    child.once("error", reject)
    child.once("close", (code) => {
      if (code === 0) resolve(stdout)
      else reject(new Error(`npm ${args.join(" ")} ended with ${code}\n${stderr}${stdout}`))
    })
  })
}

/**
 * npm settings that a user's terminal keeps: registry, cache, configuration, authorities and proxies. All others that
 * `npm run` passes on concern the checkout.
 */
const KEPT = /^npm_config_(?:registry|cache|userconfig|globalconfig|ca|cafile|proxy|https_proxy|noproxy)$/

/**
 * The environment of a user's own terminal: their npm configuration, but nothing of the checkout, of `npm run` or of an
 * alien that they already use.
 * @param path folder that comes first on the PATH
 */
export function userEnvironment(
  ours: Readonly<Record<string, string | undefined>>,
  path: string,
): Record<string, string> {
  const kept = Object.entries(ours).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !entry[0].startsWith("ALIEN_") &&
      !["INIT_CWD", "NODE", "NODE_OPTIONS", "NODE_PATH"].includes(entry[0]) &&
      (!entry[0].startsWith("npm_") || KEPT.test(entry[0])),
  )
  const folders = (ours.PATH ?? "").split(delimiter).filter((folder) => !/node_modules|node-gyp-bin/.test(folder))
  return { ...Object.fromEntries(kept), PATH: [path, ...folders].join(delimiter) }
}
