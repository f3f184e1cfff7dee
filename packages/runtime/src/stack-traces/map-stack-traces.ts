import { readFileSync, realpathSync } from "node:fs"
import { posix } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { SourceMap } from "./source-map.ts"

/**
 * Makes the stacks of errors name the sources that an artifact's modules were bundled from, `src/index.ts:12:7`, by the
 * maps beside them. A map is read when the first stack that leads through its module is looked at: Node's own
 * `--enable-source-maps` parses each one when its module is loaded, and makes every start pay for it. Where that is on,
 * it is left to it.
 * @param directory path of the unpacked artifact
 */
export function mapStackTraces(directory: string): void {
  const prepare = Error.prepareStackTrace
  if (prepare === undefined) return
  let maps: Maps | undefined
  Error.prepareStackTrace = (error, frames) => {
    if (process.sourceMapsEnabled) return prepare(error, frames)
    maps ??= new Maps(directory)
    return prepare(error, frames.map(maps.mapped, maps))
  }
}

class Maps {
  /** Of the artifact: what URLs of its modules start with. */
  readonly #base: string
  /** By URL of the module. */
  readonly #maps = new Map<string, SourceMap | undefined>()

  constructor(directory: string) {
    this.#base = `${pathToFileURL(realOr(directory)).href}/`
  }

  /** The frame, with a text that names its source. */
  mapped(frame: NodeJS.CallSite): NodeJS.CallSite {
    const url = frame.getFileName()
    // What a package brings along has sources that are not in the artifact.
    if (!url?.startsWith(this.#base) || url.includes("/node_modules/")) return frame
    const [line, column] = [frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0]
    const origin = this.#mapOf(url)?.originOf(line, column)
    if (!origin) return frame
    const source = posix.join(posix.dirname(url.slice(this.#base.length)), origin.source)
    const text = String(frame).replace(`${url}:${line}:${column}`, () => `${source}:${origin.line}:${origin.column}`)
    return Object.create(frame, { toString: { value: () => text } })
  }

  #mapOf(url: string): SourceMap | undefined {
    if (!this.#maps.has(url)) this.#maps.set(url, readMap(url))
    return this.#maps.get(url)
  }
}

/** Modules have the URL of where they really are. */
function realOr(directory: string): string {
  try {
    return realpathSync(directory)
  } catch {
    return directory
  }
}

/** A missing or damaged map must not hide the error that is being told. */
function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(readFileSync(`${fileURLToPath(url)}.map`, "utf8"))
  } catch {
    return undefined
  }
}
