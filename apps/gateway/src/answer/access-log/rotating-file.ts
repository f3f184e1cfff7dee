import { appendFile, mkdir, rename, stat } from "node:fs/promises"
import { dirname } from "node:path"
import { codeOf } from "../../problem.ts"

const MAX_BYTES = 10 * 1024 * 1024
const MAX_FILES = 3

/**
 * `file` is the newest; `file.1` and `file.2` are older, each at most 10 MiB and a piece. It is opened for each piece:
 * who removes the directory gets the space back.
 */
export class RotatingFile {
  readonly #file: string
  readonly #maxBytes: number
  #broken = false

  constructor(file: string, maxBytes = MAX_BYTES) {
    this.#file = file
    this.#maxBytes = maxBytes
  }

  /** @param piece whole lines. @param create makes the directory where it is missing, else throws ENOENT. */
  async append(piece: string, create: boolean): Promise<void> {
    const size = await sizeOf(this.#file)
    if (size > 0 && size + piece.length > this.#maxBytes) await this.#rotate()
    if (create) await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
    try {
      // A full disk may have taken half a line.
      await appendFile(this.#file, this.#broken ? `\n${piece}` : piece, { mode: 0o600 })
      this.#broken = false
    } catch (error) {
      this.#broken = codeOf(error) !== "ENOENT"
      throw error
    }
  }

  async #rotate(): Promise<void> {
    for (let age = MAX_FILES - 1; age > 0; age--) {
      const from = age === 1 ? this.#file : `${this.#file}.${age - 1}`
      await rename(from, `${this.#file}.${age}`).catch(unlessMissing)
    }
  }
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(unlessMissing))?.size ?? 0

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error
  return undefined
}
