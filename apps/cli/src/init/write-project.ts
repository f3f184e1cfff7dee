import { writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { problem } from "@alienplatform/core/error"
import { makeDirectory } from "@alienplatform/core/make-directory"

/** Content of a file: text, or bytes of a binary one. */
export type ProjectFile = string | Uint8Array

export interface Written {
  /** Paths of the files written, relative to the folder, with `/`. */
  written: string[]
  /** Paths of files that existed before and were left unchanged. */
  kept: string[]
}

/** Writes missing files, and with `replace` existing ones too. Throws `init_failed`. */
export async function writeProject(
  folder: string,
  files: ReadonlyMap<string, ProjectFile>,
  { replace = false }: { replace?: boolean } = {},
): Promise<Written> {
  const done: Written = { written: [], kept: [] }
  for (const [path, content] of files) {
    const file = join(folder, path)
    try {
      await makeDirectory(dirname(file))
    } catch (cause) {
      throw notWritten(dirname(file), cause)
    }
    try {
      await writeFile(file, content, { flag: replace ? "w" : "wx" })
      done.written.push(path)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw notWritten(file, cause)
      done.kept.push(path)
    }
  }
  return done
}

const notWritten = (path: string, cause: unknown) =>
  problem("init_failed", {
    message: `${path} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
    hint: "check the folder and its mode, and run it again: what is written already is kept",
    cause,
  })
