import { join } from "node:path"
import { type Endpoint, endpointsOf } from "../../tests/harness/endpoint.ts"
import { step } from "../../tests/harness/screen.ts"
import { curl, expectNotFound } from "./curl.ts"
import { expectOnlyPacked } from "./installed.ts"
import { expectOnlyVendored, expectSameVendored, followInit } from "./newcomer.ts"
import { readPublicPackages } from "./packages.ts"
import { processesOf } from "./processes.ts"
import { stage } from "./stage.ts"
import { pack, type Tarball } from "./tarballs.ts"
import type { User } from "./user.ts"

const DEPLOYMENT = "demo"
/** Programs that are started by their path, as `node_modules` holds them. */
const PROGRAMS = ["provider-local/dist/supervisor/main.js", "gateway/dist/main.js", "runtime/dist/main.js"]

export interface Measured {
  /** Size of each tarball in bytes, by package. */
  tarballs: Record<string, number>
  /** Number of packages that one install puts on disk, ours included. */
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
 * Makes projects with `alien init`, of the checkout and of an installed `alien`, each from an empty folder to a running
 * endpoint. Returns the folder of a Worker's project.
 */
export async function startProjects(user: User, tarballs: readonly Tarball[]): Promise<string> {
  const files = tarballs.map(({ file }) => file)
  await step("npm install --global", () =>
    user.npm(["install", "--global", "--prefix", join(user.directory, "global"), ...files]),
  )
  await step(
    "alien --version",
    () => user.run("global", ["--version"]),
    (version) => expectEqual(version.trim(), tarballs.find(({ name }) => name === "@alienplatform/cli")?.version),
  )
  for (const template of ["worker", "container"]) {
    const folder = await followInit(user, { alien: "checkout", template, name: `checkout-${template}` })
    await step("  with what was packed", () => expectOnlyVendored(folder, tarballs))
  }
  const container = await followInit(user, { alien: "global", template: "container", name: "other" })
  const project = await followInit(user, { alien: "global", template: "worker", name: "hello" })
  await step("  with what was packed", () => expectOnlyVendored(project, tarballs))
  await step("  the same each time", () => expectSameVendored([container, project]))
  return project
}

/** Installs all tarballs, the command included, into a project. */
export async function installAll(user: User, project: string, tarballs: readonly Tarball[]): Promise<Measured> {
  const started = performance.now()
  await step("npm install, all of them", () => user.npm(["install", ...tarballs.map(({ file }) => file)], project))
  const installSeconds = Math.round((performance.now() - started) / 100) / 10
  const installed = await step(
    "ours were installed",
    () => expectOnlyPacked(project, tarballs),
    ({ packages }) => `${tarballs.length} by integrity and file list, of ${Object.keys(packages).length} packages`,
  )
  const bare = join(user.folder, "bare")
  await step("alien init bare --packages", () => user.run("project", ["init", bare, "--packages"], project))
  await step("  the same again", () => expectSameVendored([project, bare]))
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
  for (const endpoint of endpoints.slice(0, 1))
    await step("a name that leads nowhere", () => expectNotFound(nowhereBeside(endpoint)))
  await step("they run compiled", () => expectOnlyCompiled(project))
  await step(`alien destroy ${DEPLOYMENT}`, () => alien("destroy", DEPLOYMENT, "--yes", "--timeout", "1m"))
}

/**
 * Throws unless supervisor, gateway and workload run from the project's node_modules. Checks only where there is /proc.
 */
async function expectOnlyCompiled(project: string): Promise<void> {
  const modules = join(project, "node_modules/@alienplatform")
  const running = await processesOf(modules)
  if (process.platform !== "linux") return
  const missing = PROGRAMS.filter(
    (path) => !running.some(({ commandLine }) => commandLine.includes(join(modules, path))),
  )
  if (missing.length > 0) throw new Error(`no process runs ${missing.join(", ")} of ${modules}`)
}

/** A name of the same deployment that no route has: its certificate is issued by a program of its own, once it is asked for. */
const nowhereBeside = (endpoint: Endpoint): Endpoint => ({
  ...endpoint,
  url: endpoint.url.replace(/^https:\/\/[^.]+/, "https://nowhere"),
})

function expectEqual(value: string, wanted: string | undefined): string {
  if (value === wanted) return value
  throw new Error(`${value} should have been ${wanted}`)
}

const firstLine = (text: string): string => text.split("\n")[0] ?? ""
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`
