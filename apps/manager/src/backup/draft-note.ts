import { lstat, readFile, rm, writeFile } from "node:fs/promises"
import { basename, isAbsolute, join } from "node:path"
import { parseJson } from "@alienplatform/core"
import { z } from "zod"
import { isDraftName } from "./target.ts"

/** `backup.json` in a data directory: where the backup lies that is being made of it. */
const NOTE = "backup.json"
const Content = z.object({ draft: z.string() })

export const noteDraft = (dataDirectory: string, draft: string): Promise<void> =>
  writeFile(join(dataDirectory, NOTE), `${JSON.stringify({ draft })}\n`, { mode: 0o600 })

export const forgetDraft = (dataDirectory: string): Promise<void> => rm(join(dataDirectory, NOTE), { force: true })

/**
 * Removes what a manager that was killed left of a backup, which may be large and has the key in it. Answers with its
 * path, or nothing where there was none. Only a directory of this user that is called like a draft is removed.
 */
export async function removeLeftDraft(dataDirectory: string): Promise<string | undefined> {
  const text = await readFile(join(dataDirectory, NOTE), "utf8").catch(() => undefined)
  if (text === undefined) return undefined
  const { data } = Content.safeParse(parseJson(text))
  const isLeft = data !== undefined && (await isOwnDraft(data.draft))
  if (isLeft) await rm(data.draft, { recursive: true, force: true })
  await forgetDraft(dataDirectory)
  return isLeft ? data.draft : undefined
}

async function isOwnDraft(path: string): Promise<boolean> {
  if (!isAbsolute(path) || !isDraftName(basename(path))) return false
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isDirectory()) return false
  return process.getuid === undefined || found.uid === process.getuid()
}
