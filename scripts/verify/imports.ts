import { isBuiltin } from "node:module"
import { posix } from "node:path"
import type { Check } from "./check.ts"
import { importRefusal, WITHOUT_DEPENDENCIES } from "./directions.ts"
import { isTestFile, isTypeScript, readTextFiles, type SourceFile } from "./files.ts"
import { roomRefusal } from "./rooms.ts"
import { specifiersOf } from "./specifiers.ts"
import { readWorkspaces, type Workspace } from "./workspaces.ts"

/**
 * Is the file part of a package of ours? Examples and templates are other people's projects: they import by name what a
 * user would have installed.
 */
const isOurs = (path: string) => isTypeScript(path) && !path.startsWith("examples/") && !path.includes("/templates/")

export const imports: Check = {
  name: "import directions",
  async run(root) {
    const workspaces = await readWorkspaces(root)
    return [...checkDependencies(workspaces), ...checkImports(workspaces, await readTextFiles(root, isOurs))]
  },
}

/** Checks dependencies in the package.json files. */
export function checkDependencies(workspaces: readonly Workspace[]): string[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]))
  const found = workspaces.flatMap(({ directory, dependencies }) =>
    dependencies.flatMap((name) => {
      if (WITHOUT_DEPENDENCIES.includes(directory)) return [`${directory}/package.json: has the dependency ${name}`]
      const other = byName.get(name)
      const reason = other && importRefusal(directory, other.directory)
      return reason ? [`${directory}/package.json: ${reason}`] : []
    }),
  )
  return [...found, ...findCycles(workspaces, byName)]
}

/** Finds circles of dependencies. Development dependencies do not count: tests look across packages. */
function findCycles(workspaces: readonly Workspace[], byName: ReadonlyMap<string, Workspace>): string[] {
  const done = new Set<string>()
  const found: string[] = []
  const visit = (workspace: Workspace, path: readonly string[]): void => {
    const start = path.indexOf(workspace.name)
    if (start >= 0) {
      found.push(`packages depend on each other: ${[...path.slice(start), workspace.name].join(" → ")}`)
      return
    }
    if (done.has(workspace.name)) return
    for (const name of workspace.dependencies) {
      const other = byName.get(name)
      if (other) visit(other, [...path, workspace.name])
    }
    done.add(workspace.name)
  }
  for (const workspace of workspaces) visit(workspace, [])
  return found
}

/**
 * Checks imports in the sources. Tests may import every declared package; programs only in the directions of the table.
 */
export function checkImports(workspaces: readonly Workspace[], files: readonly SourceFile[]): string[] {
  const owner = ownerAmong(workspaces)
  return files.flatMap(({ path, text }) => {
    const from = owner(path)
    return specifiersOf(path, text).flatMap(({ text: specifier, line }) => {
      const reason = specifier.startsWith(".")
        ? checkRelative(path, specifier, from, owner)
        : checkBare(path, specifier, from, workspaces)
      return reason ? [`${path}:${line}: ${specifier}: ${reason}`] : []
    })
  })
}

function ownerAmong(workspaces: readonly Workspace[]): (path: string) => Workspace {
  const nested = workspaces.filter(({ directory }) => directory !== "")
  const root = workspaces.find(({ directory }) => directory === "")
  return (path) => {
    const found = nested.find(({ directory }) => path.startsWith(`${directory}/`)) ?? root
    if (!found) throw new Error(`${path} belongs to no package and there is no root package`)
    return found
  }
}

function checkRelative(path: string, specifier: string, from: Workspace, owner: (path: string) => Workspace) {
  const target = posix.normalize(posix.join(posix.dirname(path), specifier))
  if (target.startsWith("../") || owner(target) !== from) return "leaves its package; import the other one by its name"
  return isTestFile(path) ? undefined : roomRefusal(from.directory, path, target)
}

function checkBare(path: string, specifier: string, from: Workspace, workspaces: readonly Workspace[]) {
  if (isBuiltin(specifier)) return undefined
  const parts = specifier.split("/")
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/")
  const to = workspaces.find((workspace) => workspace.name === name)
  if (to === from) return undefined
  const test = isTestFile(path) || from.directory === ""
  if (to && !test) {
    const entry = specifier.slice(name.length + 1)
    const reason = importRefusal(from.directory, to.directory, { file: path, entry })
    if (reason) return reason
  }
  if (from.directory === "" && to) return undefined
  const root = workspaces.find(({ directory }) => directory === "")
  const declared = [...from.dependencies, ...(test ? [...from.devDependencies, ...(root?.devDependencies ?? [])] : [])]
  return declared.includes(name) ? undefined : `is not a dependency of ${from.directory || "the root"}`
}
