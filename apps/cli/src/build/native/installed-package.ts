import { readFile, realpath } from "node:fs/promises"
import { dirname, join } from "node:path"
import { kindOf } from "../stack-file.ts"
import type { Target } from "./target.ts"

/** What of a package.json says how it is installed. */
export interface PackageJson {
  name?: string
  version?: string
  main?: string
  gypfile?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
  os?: string[]
  cpu?: string[]
  libc?: string[]
}

export interface InstalledPackage {
  name: string
  version: string
  /** Absolute path of its folder, without symbolic links. */
  directory: string
  json: PackageJson
}

/** Finds a package as Node does: in the nearest `node_modules` at or above a folder. */
export async function findPackage(name: string, from: string): Promise<InstalledPackage | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = await readPackage(join(folder, "node_modules", name), name)
    if (found || folder === dirname(folder)) return found
  }
}

/** The package that a file belongs to: the nearest folder with a package.json that has a name. */
export async function packageAround(file: string): Promise<InstalledPackage | undefined> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = await readPackage(folder, undefined)
    if (found?.json.name !== undefined || folder === dirname(folder)) return found
  }
}

async function readPackage(folder: string, name: string | undefined): Promise<InstalledPackage | undefined> {
  const file = join(folder, "package.json")
  if ((await kindOf(file)) !== "file") return undefined
  const json = parsed(await readFile(file, "utf8"))
  return { name: name ?? json.name ?? "", version: json.version ?? "", directory: await realpath(folder), json }
}

function parsed(text: string): PackageJson {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** Does a package's `os`, `cpu` and `libc` admit the target, as npm reads them? */
export const admits = ({ os, cpu, libc }: PackageJson, target: Target): boolean =>
  lists(os, target.os) && lists(cpu, target.cpu) && (target.libc === undefined || lists(libc, target.libc))

const lists = (names: unknown, wanted: string): boolean => {
  if (!Array.isArray(names) || names.length === 0) return true
  if (names.includes(`!${wanted}`)) return false
  return names.includes(wanted) || names.includes("any") || names.every((name) => `${name}`.startsWith("!"))
}

/** May a package do without another one? */
export const isOptional = ({ optionalDependencies, peerDependenciesMeta }: PackageJson, name: string): boolean =>
  optionalDependencies?.[name] !== undefined || peerDependenciesMeta?.[name]?.optional === true
