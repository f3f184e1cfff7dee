import { join } from "node:path"
import { endpointsOf } from "../../tests/harness/endpoint.ts"
import { step } from "../../tests/harness/screen.ts"
import { curl } from "./curl.ts"
import { onlyOurs } from "./installed.ts"
import { followInit, onlyVendored, sameVendored } from "./newcomer.ts"
import { readPublicPackages } from "./packages.ts"
import { processesOf } from "./processes.ts"
import { stage } from "./stage.ts"
import { pack, type Tarball } from "./tarballs.ts"
import type { User } from "./user.ts"

const DEPLOYMENT = "demo"
/** Programs that are started by their path, as `node_modules` holds them. */
const PROGRAMS = [
  "provider-local/dist/supervisor/main.js",
  "provider-local/dist/certificates/issue-main.js",
  "gateway/dist/main.js",
  "runtime/dist/main.js",
]

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

/**
 * What `alien init` makes, by the `alien` of the checkout and by one that was installed, each from an empty folder to a
 * running endpoint. Answers with the folder of a Worker.
 */
export async function startProjects(user: User, tarballs: readonly Tarball[]): Promise<string> {
  const files = tarballs.map(({ file }) => file)
  await step("npm install --global", () =>
    user.npm(["install", "--global", "--prefix", join(user.directory, "global"), ...files]),
  )
  await step(
    "alien --version",
    () => user.run("global", ["--version"]),
    (version) => expected(version.trim(), tarballs.find(({ name }) => name === "@alienplatform/cli")?.version),
  )
  for (const template of ["worker", "container"]) {
    const folder = await followInit(user, { alien: "checkout", template, name: `checkout-${template}` })
    await step("  with what was packed", () => onlyVendored(folder, tarballs))
  }
  const container = await followInit(user, { alien: "global", template: "container", name: "other" })
  const project = await followInit(user, { alien: "global", template: "worker", name: "hello" })
  await step("  with what was packed", () => onlyVendored(project, tarballs))
  await step("  the same each time", () => sameVendored([container, project]))
  return project
}

/** Installs everything that was packed into a project, the command too, which then has the same packages for others. */
export async function installAll(user: User, project: string, tarballs: readonly Tarball[]): Promise<Measured> {
  const started = performance.now()
  await step("npm install, all of them", () => user.npm(["install", ...tarballs.map(({ file }) => file)], project))
  const installSeconds = Math.round((performance.now() - started) / 100) / 10
  const installed = await step(
    "ours were installed",
    () => onlyOurs(project, tarballs),
    ({ packages }) => `${tarballs.length} by integrity and file list, of ${Object.keys(packages).length} packages`,
  )
  const bare = join(user.folder, "bare")
  await step("alien init bare --packages", () => user.run("project", ["init", bare, "--packages"], project))
  await step("  the same again", () => sameVendored([project, bare]))
  return {
    tarballs: Object.fromEntries(tarballs.map(({ name, size }) => [name, size])),
    installedPackages: Object.keys(installed.packages).length,
    installSeconds,
  }
}

/** Releases, deploys, asks and destroys what `alien init` made. */
export async function useProject(user: User, project: string, signal: AbortSignal): Promise<void> {
  const alien = (...args: string[]) => user.run("project", args, project)
  await step(
    "alien serve",
    () => user.serve(project),
    ({ url }) => `manager at ${url}`,
  )
  const release = await step("alien release", async () => (await alien("release")).trim(), String)
  await step(`alien deploy ${DEPLOYMENT}`, () =>
    alien("deploy", DEPLOYMENT, "--release", release, "--yes", "--timeout", "2m"),
  )
  signal.throwIfAborted()
  const endpoints = endpointsOf(await alien("info", DEPLOYMENT, "--json"))
  if (endpoints.length === 0) throw new Error("what alien init makes has no public endpoint")
  for (const endpoint of endpoints) await step(`curl ${endpoint.url}`, () => curl(endpoint), firstLine)
  await step("they run compiled", () => compiledOnly(project))
  await step(`alien destroy ${DEPLOYMENT}`, () => alien("destroy", DEPLOYMENT, "--yes", "--timeout", "1m"))
}

/** Supervisor, gateway and workload come from the project's node_modules. Looks only where there is /proc. */
async function compiledOnly(project: string): Promise<void> {
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
