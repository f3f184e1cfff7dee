/** Where a place of a bundle comes from. */
export interface Origin {
  /** As the map names it. */
  source: string
  /** From 1. */
  line: number
  column: number
}

/** A base-64 digit's value by its character code (ECMA-426, "Base64 VLQ"); 255 for any other character. */
const DIGITS = new Uint8Array(128).fill(255)
for (const [value, digit] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries())
  DIGITS[digit.charCodeAt(0)] = value

/** Values kept of a segment: column in the bundle, then source, line and column in it; all from 0. */
const WIDTH = 4

/**
 * A source map of one bundle. Its segments lie in one array of numbers: objects for each would hold ten times the map's
 * size for as long as the process lives.
 * @see https://tc39.es/ecma426/
 */
export class SourceMap {
  readonly #sources: readonly string[]
  readonly #segments: Int32Array
  /** Index of the first segment of each line of the bundle, and of the end. */
  readonly #lines: readonly number[]

  /** @throws whatever is wrong with a text that is no source map */
  constructor(text: string) {
    const { version, sources, mappings } = JSON.parse(text)
    if (version !== 3) throw new TypeError(`a source map has version ${version}, not 3`)
    this.#sources = sources
    const { segments, lines } = decoded(mappings)
    this.#segments = segments
    this.#lines = lines
  }

  /** Finds where a place of the bundle comes from; its line and column count from 1, as in a stack. */
  originOf(line: number, column: number): Origin | undefined {
    let low = this.#lines[line - 1] ?? 0
    let high = this.#lines[line] ?? 0
    const first = low
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#at(middle, 0) <= column - 1) low = middle + 1
      else high = middle
    }
    if (low === first) return undefined
    const source = this.#sources[this.#at(low - 1, 1)]
    return source === undefined
      ? undefined
      : { source, line: this.#at(low - 1, 2) + 1, column: this.#at(low - 1, 3) + 1 }
  }

  #at(segment: number, value: number): number {
    return this.#segments[segment * WIDTH + value] ?? 0
  }
}

/** Each value is told by how much it differs from the one before; the column in the bundle starts anew on every line. */
function decoded(mappings: string): { segments: Int32Array; lines: number[] } {
  let segments = new Int32Array(1024)
  let length = 0
  const lines = [0]
  const last = [0, 0, 0, 0]
  let field = 0
  let value = 0
  let shift = 0
  const end = () => {
    if (field === 0) return
    if (length + WIDTH > segments.length) {
      const wider = new Int32Array(segments.length * 2)
      wider.set(segments)
      segments = wider
    }
    segments.set(last, length)
    // A segment of one value comes from no source.
    if (field === 1) segments[length + 1] = -1
    length += WIDTH
    field = 0
  }
  for (let index = 0; index < mappings.length; index++) {
    const code = mappings.charCodeAt(index)
    if (code === COMMA) end()
    else if (code === SEMICOLON) {
      end()
      lines.push(length / WIDTH)
      last[0] = 0
    } else {
      const digit = DIGITS[code] ?? 255
      if (digit === 255) throw new TypeError(`a source map has ${JSON.stringify(mappings[index])} among its mappings`)
      value |= (digit & 31) << shift
      shift += 5
      if (digit & 32) continue
      // The fifth is a name, which is not kept.
      if (field < WIDTH) last[field] = (last[field] ?? 0) + (value & 1 ? -(value >>> 1) : value >>> 1)
      field++
      value = 0
      shift = 0
    }
  }
  end()
  lines.push(length / WIDTH)
  return { segments: segments.slice(0, length), lines }
}

const COMMA = 44
const SEMICOLON = 59
