import { chmod, rename, rm, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { type DevManager, devFile } from "../manager/dev-file.ts"

/** Lets the other commands find the manager that `alien dev` runs in a folder. Readable by its owner only. */
export async function writeDevFile(folder: string, content: DevManager): Promise<void> {
  const file = devFile(folder)
  await makeDirectory(dirname(file), 0o700)
  await writeFile(`${file}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  await chmod(`${file}.new`, 0o600)
  await rename(`${file}.new`, file)
}

export const removeDevFile = (folder: string): Promise<void> => rm(devFile(folder), { force: true })
