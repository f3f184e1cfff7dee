import { randomBytes } from "node:crypto"
import { rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { kindOf } from "../files.ts"
import { shareWork } from "../share-work.ts"
import { copyTree } from "./copy-tree.ts"

/** All scratch folders of a data directory. */
export const scratchDirectory = (dataDirectory: string): string => join(dataDirectory, "scratch")

/** The working directory of one run of a workload, `object` in the supervisor; nobody else's. */
export const scratchFolder = (dataDirectory: string, object: string): string =>
  join(scratchDirectory(dataDirectory), object)

export interface ScratchOptions {
  dataDirectory: string
  object: string
  /** Folder whose content it begins with; nothing else is in it. */
  from: string
  /** Names in `from` that are left out. */
  skip: ReadonlySet<string>
}

/**
 * Makes a workload's scratch folder, and returns its path. One that is there already is left as it is, with all that the
 * workload wrote. It is there whole or not at all: it is filled beside its place and renamed.
 */
export async function makeScratchFolder(options: ScratchOptions): Promise<string> {
  const folder = scratchFolder(options.dataDirectory, options.object)
  if ((await kindOf(folder)) !== "folder") await shareWork(folder, () => fill(folder, options))
  return folder
}

async function fill(folder: string, { object, from, skip }: ScratchOptions): Promise<void> {
  const draft = join(dirname(folder), `.${object}.${randomBytes(6).toString("hex")}`)
  await makeDirectory(dirname(folder), 0o700)
  try {
    await copyTree(from, draft, skip)
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // A twin was faster.
    if ((await kindOf(folder)) !== "folder") throw error
  }
}

/** Removes it with all that is in it; one that cannot be removed now is swept later. */
export const removeScratchFolder = (dataDirectory: string, object: string): Promise<void> =>
  rm(scratchFolder(dataDirectory, object), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
