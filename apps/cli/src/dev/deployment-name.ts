import { readFile, rename, stat, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { isDeploymentName } from "../manager/find-deployment.ts"

/** Name of the deployment where the folder's makes none. */
const FALLBACK = "dev"
const MAX_LENGTH = 40

export interface NameOptions {
  /** Folder of the stack. */
  folder: string
  /** Its data directory, which exists. */
  data: string
  /** Folder of this user's claims: one file per name, which holds the data directory that has it. */
  claims: string
  /** Names of the deployments that the data directory has already. */
  existing(): Promise<readonly string[]>
}

/**
 * Name of the deployment of `alien dev`, a part of its hosts: that of the folder, with a number where another folder of
 * this user has it. Chosen once and kept in the data directory, so that URLs stay when the folder is renamed.
 */
export async function devDeploymentName({ folder, data, claims, existing }: NameOptions): Promise<string> {
  const file = join(data, "dev-name")
  const kept = (await readFile(file, "utf8").catch(() => "")).trim()
  if (isDeploymentName(kept)) return kept
  const taken = await existing()
  // Data directories of versions that called every deployment so.
  const name = taken.includes(FALLBACK) ? FALLBACK : await claimName(folderName(folder), taken, data, claims)
  await writeFile(file, `${name}\n`)
  return name
}

/** A DNS label from the name of a folder. */
export function folderName(folder: string): string {
  const name = basename(folder)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, MAX_LENGTH)
    .replace(/-+$/, "")
  return name || FALLBACK
}

/** Claims the first name of `shop`, `shop-2`, `shop-3` … that no other data directory has. */
async function claimName(wanted: string, taken: readonly string[], data: string, claims: string): Promise<string> {
  await makeDirectory(claims, 0o700)
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? "" : `-${number}`
    const name = `${wanted.slice(0, MAX_LENGTH - suffix.length).replace(/-+$/, "")}${suffix}`
    if (!taken.includes(name) && (await claim(join(claims, name), data))) return name
  }
}

/** Claims a name by making its file, which only one process can; a claim of a directory that is gone lapses. */
async function claim(file: string, data: string): Promise<boolean> {
  try {
    await writeFile(file, data, { flag: "wx" })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
  }
  const holder = await readFile(file, "utf8")
  if (holder === data) return true
  if (await stat(holder).catch(() => undefined)) return false
  await writeFile(`${file}.new`, data)
  await rename(`${file}.new`, file)
  return true
}
