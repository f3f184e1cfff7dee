import { relative } from "node:path"
import { type AlienError, problem } from "@alienplatform/core/error"

/** A place in a text. */
export interface TextPlace {
  path: string
  text: string
  index: number
}

/** Makes the error `file_not_carried`. @param directory what the named file is relative to */
export function fileNotCarried(what: string, { path, text, index }: TextPlace, directory: string): AlienError {
  const file = relative(directory, path)
  const before = text.slice(0, index).split("\n")
  const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1]
  return problem("file_not_carried", {
    message: `${file}:${line}:${column}: ${what}`,
    context: { file, line, column },
  })
}
