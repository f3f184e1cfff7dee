import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { endpointsOf } from "../demo/endpoint.ts"
import { step } from "../demo/screen.ts"
import { curl } from "./curl.ts"
import { onlyOurs } from "./installed.ts"
import { readPublicPackages } from "./packages.ts"
import { processesOf } from "./processes.ts"
import { stage } from "./stage.ts"
import { pack, type Tarball } from "./tarballs.ts"
import type { User } from "./user.ts"

const DEPLOYMENT = "demo"

/** Programs that are started by their path, as `node_modules` holds them. */
const PROGRAMS = ["provider-local/dist/supervisor/main.js", "gateway/dist/main.js", "runtime/dist/main.js"]

export interface Measured {
  /** Bytes by package. */
  tarballs: Record<string, number>
  /** Packages that the one install puts on disk, ours included. */
  installedPackages: number
  installSeconds: number
}

/** Compiles and packs every public package of the checkout. */
export async function packAll(root: string, { directory, npmOptions }: User): Promise<Tarball[]> {
  const packages = await readPublicPackages(root)
  const staged = await step(
    "compile a staging copy",
    () => stage(root, directory, packages),
    (all) => `${all.length} packages, ${all.flatMap(({ files }) => files).length} files`,
  )
  return step(
    "npm pack",
    () => pack(staged, join(directory, "tarballs"), npmOptions),
    (all) => `${kilobytes(all.reduce((sum, { size }) => sum + size, 0))} in all`,
  )
}

/** From an empty folder to a project that has everything installed. */
export async function startProject(user: User, tarballs: readonly Tarball[]): Promise<Measured> {
  const files = tarballs.map(({ file }) => file)
  await step("npm install --global", () =>
    user.npm(["install", "--global", "--prefix", join(user.directory, "global"), ...files]),
  )
  await step(
    "alien --version",
    () => user.alien(["--version"], "global"),
    (version) => expected(version.trim(), tarballs.find(({ name }) => name === "@alienplatform/cli")?.version),
  )
  await step(
    "alien init --yes",
    () => user.alien(["init", "--yes"], "global").then(() => readdir(user.project)),
    (written) => written.sort().join(" "),
  )
  const started = performance.now()
  await step("npm install", () => user.npm(["install", ...files]))
  const installSeconds = Math.round((performance.now() - started) / 100) / 10
  const installed = await step(
    "ours were installed",
    () => onlyOurs(user.project, tarballs),
    ({ packages }) => `${tarballs.length} by integrity and file list, of ${Object.keys(packages).length} packages`,
  )
  return {
    tarballs: Object.fromEntries(tarballs.map(({ name, size }) => [name, size])),
    installedPackages: Object.keys(installed.packages).length,
    installSeconds,
  }
}

/** Types of what `alien init` wrote, and of all declarations in the tarballs that it reaches. */
export async function checkTypes(user: User): Promise<void> {
  await step("npm run check", () => user.npm(["run", "check", "--", "--skipLibCheck", "false"]))
}

/** Releases, deploys, asks and destroys what `alien init` made. */
export async function useProject(user: User, signal: AbortSignal): Promise<void> {
  await step(
    "alien serve",
    () => user.serve(),
    ({ url }) => `manager at ${url}`,
  )
  const release = await step("alien release", async () => (await user.alien(["release"])).trim(), String)
  await step(`alien deploy ${DEPLOYMENT}`, () =>
    user.alien(["deploy", DEPLOYMENT, "--release", release, "--yes", "--timeout", "2m"]),
  )
  signal.throwIfAborted()
  const endpoints = endpointsOf(await user.alien(["info", DEPLOYMENT, "--json"]))
  if (endpoints.length === 0) throw new Error("what alien init makes has no public endpoint")
  for (const endpoint of endpoints) await step(`curl ${endpoint.url}`, () => curl(endpoint), firstLine)
  await step("they run compiled", () => compiledOnly(user))
  await step(`alien destroy ${DEPLOYMENT}`, () => user.alien(["destroy", DEPLOYMENT, "--yes", "--timeout", "1m"]))
}

/** Supervisor, gateway and workload come from the project's node_modules. Looks only where there is /proc. */
async function compiledOnly({ project }: User): Promise<void> {
  const modules = join(project, "node_modules/@alienplatform")
  const running = await processesOf(modules)
  if (process.platform !== "linux") return
  const missing = PROGRAMS.filter(
    (path) => !running.some(({ commandLine }) => commandLine.includes(join(modules, path))),
  )
  if (missing.length > 0) throw new Error(`no process runs ${missing.join(", ")} of ${modules}`)
}

function expected(value: string, wanted: string | undefined): string {
  if (value === wanted) return value
  throw new Error(`${value} should have been ${wanted}`)
}

const firstLine = (text: string): string => text.split("\n")[0] ?? ""
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`
