import { isBuiltin } from "node:module"
import { type Loader, transform } from "esbuild"
import { keptPlaces } from "./kept-places.ts"

/** A use of the module's own place in its text: `import.meta.url`, `import.meta.dirname`, `__dirname` and the like. */
export interface Reference {
  /** Where the use starts and ends in the text. */
  start: number
  end: number
  name: "url" | "dirname" | "filename" | "resolve"
  /** Is it `import.meta.…`, which only ES modules have? */
  isMeta: boolean
  /** Is it a constant that keeps the place, which the module may call as it likes? */
  isKept?: boolean
  /** Literal of `import.meta.resolve("./x")`, which starts and ends with the whole call. */
  resolves?: string
  /** Module that a `require` made from here is asked for, which no bundle holds. */
  requires?: string
  /** What is reached from there; undefined where only running the code would tell. */
  target?: Target
}

interface Target {
  /** How the text reaches it: as a URL, or as a path. */
  by: "url" | "path"
  /** Path as written, relative to the module. */
  steps: string
  /** Where the literal starts and ends, for a URL. */
  literal?: { start: number; end: number }
  /** Is it what a thread is started from? */
  startsThread: boolean
}

const PLACE = /\bimport\s*\.\s*meta\s*\.\s*(url|dirname|filename|resolve)\b|(?<![.\w$])__(dirname|filename)\b/g
const LITERAL = String.raw`(?:"[^"\\\n]*"|'[^'\\\n]*'|${"`[^`\\\\$]*`"})`
const COMMENTS = String.raw`(?:\s|/\*[^*]*\*/)*`
const URL_LITERAL = new RegExp(String.raw`\bnew\s+URL\s*\(${COMMENTS}(${LITERAL})\s*,\s*$`)
const URL_OF_VALUE = /\bnew\s+URL\s*\((?:(?!\bnew\s+URL\b)[^;])*,\s*$/
const JOIN = /\b(?:join|resolve)\s*\(\s*$/
const JOINED = new RegExp(String.raw`^((?:\s*,\s*${LITERAL})+)\s*,?\s*\)`)
const PLUS = new RegExp(String.raw`^\s*\+\s*(${LITERAL})\s*(?![\s+])`)
const IN_TEMPLATE = /^\s*\}([^`$\\]*)`/
const RESOLVED = new RegExp(String.raw`^\s*\(\s*(${LITERAL})\s*,?\s*\)`)
const REQUIRE_MADE = /\b(?:const|let|var)\s+(\w+)\s*=\s*(?:\w+\s*\.\s*)?createRequire\s*\(\s*$/
const FOLDER_OF_URL = /\bdirname\s*\(\s*(?:\w+\s*\.\s*)?fileURLToPath\s*\(\s*$/
const KEPT_PATH = /(?<![=!])=\s*(?:\w+\s*\.\s*)?fileURLToPath\s*\(\s*$/
const FOLDER_OF_FILE = /\bdirname\s*\(\s*$/
/** How far before a use its expression is looked for. */
const MAX_EXPRESSION = 400

/**
 * Finds where a module reaches for files beside it. Left out are uses that lead to no file: `createRequire`, a
 * comparison with what was started, and text in strings and comments.
 * A text that cannot be parsed has none, and the build tells its mistakes.
 */
export async function findReferences(text: string, loader: Loader): Promise<Reference[]> {
  const kept = keptPlaces(text)
  const places = [...text.matchAll(PLACE)].filter(({ index, 0: name }) => !kept.declares(index) && !kept.has(name))
  const found = [
    ...places.map((match) => referenceAt(text, match)),
    ...kept.uses.map((use) => (use.name === "filename" ? fileReference(use, text) : folderUse(use, text))),
  ]
    .filter((reference) => reference !== undefined)
    .sort((left, right) => left.start - right.start)
  if (found.length === 0) return []
  const isCode = await codeAmong(text, found, loader)
  return found.filter((_, index) => isCode(index))
}

function referenceAt(text: string, match: RegExpExecArray): Reference | undefined {
  const start = match.index
  const end = start + match[0].length
  if (match[1] === "resolve") return resolveReference(text, start, end)
  const name = (match[1] ?? match[2]) as Reference["name"]
  const use = { start, end, name, isMeta: match[1] !== undefined }
  const before = text.slice(Math.max(0, start - MAX_EXPRESSION), start)
  const after = text.slice(end)
  const made = name === "url" ? REQUIRE_MADE.exec(before)?.[1] : undefined
  if (made !== undefined) return requireReference(use, made, text)
  if (name === "url") return urlReference(use, before, after, /\bargv\b/.test(text))
  if (name === "filename") return fileReference(use, text)
  const isShorthand = !use.isMeta && /(?<!\$)[{,]\s*$/.test(before) && /^\s*[,}]/.test(after)
  if (isShorthand || /\btypeof\s+$/.test(before)) return undefined
  return folderReference(use, before, after, 0)
}

function resolveReference(text: string, start: number, end: number): Reference {
  const use = { start, end, name: "resolve", isMeta: true } as const
  const call = RESOLVED.exec(text.slice(end))
  const steps = call?.[1]?.slice(1, -1)
  if (!call || steps === undefined || !/^\.\.?\//.test(steps)) return use
  const target = { by: "url", steps, startsThread: false } as const
  return { ...use, end: end + call[0].length, resolves: call[1] ?? "", target }
}

/** A `require` that finds Node's own modules only reaches for nothing. */
function requireReference(use: Reference, made: string, text: string): Reference | undefined {
  const calls = text.matchAll(new RegExp(String.raw`(?<![.\w$])${made}(?:\.resolve)?\(\s*(${LITERAL})`, "g"))
  const lost = [...calls].find(
    ({ index, 1: literal = "" }) =>
      !isBuiltin(literal.slice(1, -1)) && !/\/\/|^\s*\*/.test(text.slice(text.lastIndexOf("\n", index) + 1, index)),
  )
  return lost?.[1] === undefined ? undefined : { ...use, requires: lost[1].slice(1, -1) }
}

function urlReference(use: Reference, before: string, after: string, comparesStart: boolean): Reference | undefined {
  const literal = URL_LITERAL.exec(before)
  if (literal?.[1] !== undefined) {
    const steps = literal[1].slice(1, -1)
    if (/^(?:\/|[a-z][a-z\d+.-]*:)/i.test(steps)) return undefined
    const from = use.start - before.length + literal.index + literal[0].indexOf(literal[1])
    const startsThread = /\bnew\s+(?:\w+\s*\.\s*)?Worker\s*\(\s*$/.test(before.slice(0, literal.index))
    const at = { start: from, end: from + literal[1].length }
    return { ...use, target: { by: "url", steps, literal: at, startsThread } }
  }
  if (URL_OF_VALUE.test(before)) return use
  if (FOLDER_OF_URL.test(before)) return folderReference(use, before.replace(FOLDER_OF_URL, ""), after, 2)
  return KEPT_PATH.test(before) && !comparesStart ? use : undefined
}

/** @param closes how many brackets end between the use and what follows the folder */
function folderReference(use: Reference, before: string, after: string, closes: number): Reference {
  const rest = after.replace(new RegExp(String.raw`^(?:\s*\)){${closes}}`), "")
  const reach = (steps: string): Reference => ({ ...use, target: { by: "path", steps, startsThread: false } })
  const joined = JOIN.test(before) ? JOINED.exec(rest)?.[1] : undefined
  if (joined !== undefined) {
    const parts = [...joined.matchAll(new RegExp(LITERAL, "g"))].map(([part]) => part.slice(1, -1))
    return parts.some((part) => part.startsWith("/")) ? use : reach(parts.join("/"))
  }
  const added =
    PLUS.exec(rest)?.[1]?.slice(1, -1) ?? (/`\$\{\s*$/.test(before) ? IN_TEMPLATE.exec(rest)?.[1] : undefined)
  return added?.startsWith("/") ? reach(added.slice(1)) : use
}

type Use = Pick<Reference, "start" | "end" | "name" | "isMeta" | "isKept">

const aroundUse = (text: string, { start, end }: Use): [before: string, after: string] => [
  text.slice(Math.max(0, start - MAX_EXPRESSION), start),
  text.slice(end),
]

function folderUse(use: Use, text: string): Reference {
  return folderReference(use, ...aroundUse(text, use), 0)
}

/** Of a module's own path only the folder leads to files; what it is compared with stays. */
function fileReference(use: Use, text: string): Reference | undefined {
  const [before, after] = aroundUse(text, use)
  if (FOLDER_OF_FILE.test(before)) return folderReference(use, before.replace(FOLDER_OF_FILE, ""), after, 1)
  const isLeft = !use.isKept || /\bargv\b/.test(text) || REQUIRE_MADE.test(before)
  return isLeft || /[=!]==?\s*$/.test(before) || /^\s*[=!]==?/.test(after) ? undefined : use
}

/**
 * Tells which uses are code. esbuild replaces a free name by another one wherever it is code, and nowhere else: each
 * use is put under a name of its own, and is code where that one was replaced.
 */
async function codeAmong(text: string, uses: readonly Reference[], loader: Loader) {
  let marked = ""
  let done = 0
  for (const [index, { start, end }] of uses.entries()) {
    marked += `${text.slice(done, start)}alienUse${index}_`
    done = end
  }
  const define = Object.fromEntries(uses.map((_, index) => [`alienUse${index}_`, `alienCode${index}_`]))
  // __dirname that the module declares itself is not free.
  const own = [...text.matchAll(/\b(?:const|let|var)\s+__(dirname|filename)\b/g)].map(([, name]) => name)
  const result = await transform(marked + text.slice(done), {
    loader,
    define,
    jsx: "preserve",
    logLevel: "silent",
  }).catch(() => undefined)
  return (index: number): boolean => {
    const use = uses[index]
    if (!result || !use || (!use.isMeta && !use.isKept && own.includes(use.name))) return false
    return result.code.includes(`alienCode${index}_`)
  }
}
