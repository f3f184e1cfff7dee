import { readFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { problem } from "@alienplatform/core/error"
import { kindOf } from "./stack-file.ts"

const EXTENSIONS = ["ts", "tsx", "js", "mjs", "cjs"]

/**
 * Finds the file to build from: `src` itself when it is a file, else package.json `main`, src/index or index in it,
 * ending with the first of .ts, .tsx, .js, .mjs and .cjs.
 * @param resource named in the message
 * @param src absolute
 * @param directory what paths in messages are relative to
 * @throws `source_not_found` with the paths tried
 */
export async function findEntry(resource: string, src: string, directory: string): Promise<string> {
  if ((await kindOf(src)) === "file") return src
  const main = await mainOf(join(src, "package.json"))
  const names = main === undefined ? [join(src, "src/index"), join(src, "index")] : [join(src, main)]
  const candidates =
    main === undefined ? names.flatMap((name) => EXTENSIONS.map((extension) => `${name}.${extension}`)) : names
  for (const candidate of candidates) if ((await kindOf(candidate)) === "file") return candidate
  const any = main === undefined ? names.map((name) => `${name}.{${EXTENSIONS.join(",")}}`) : names
  const tried = (await kindOf(src)) === undefined ? [src] : any
  throw sourceNotFound(resource, tried, directory, main === undefined ? "" : ", or main in its package.json")
}

/** Makes the error `source_not_found`. @param paths absolute paths that were tried */
export function sourceNotFound(resource: string, paths: readonly string[], directory: string, orElse = "") {
  const tried = paths.map((path) => relative(directory, path) || ".")
  return problem("source_not_found", {
    message: `the source of ${JSON.stringify(resource)} is not at ${tried.join(" or ")} in ${directory}; correct src in .code()${orElse}`,
    context: { resource, tried },
  })
}

/** Reads `main` of a package.json. @throws `package_file_invalid` when it is not JSON or `main` is not a text */
async function mainOf(file: string): Promise<string | undefined> {
  if ((await kindOf(file)) !== "file") return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(file, "utf8"))
  } catch (cause) {
    throw problem("package_file_invalid", { message: `${file} is not JSON; correct it`, cause })
  }
  const main = typeof parsed === "object" && parsed !== null && "main" in parsed ? parsed.main : undefined
  if (main === undefined || (typeof main === "string" && main !== "")) return main
  throw problem("package_file_invalid", { message: `main in ${file} is ${JSON.stringify(main)}; make it a path` })
}
