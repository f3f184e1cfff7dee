/** A fenced block of a Markdown document. */
export interface Fence {
  /** First word after the backticks, the language; empty where there is none. */
  language: string
  /** Further words after the backticks: `{file: "alien.ts"}` of `file=alien.ts`, `{serve: ""}` of `serve`. */
  attributes: Readonly<Record<string, string>>
  /** Text between the fences, with its last line break. */
  text: string
  /** Line of the opening fence, from 1. */
  line: number
}

type Part = string | Fence

const FENCE = /^(`{3,})([^\n`]*)\n([\s\S]*?)^\1[ \t]*$/gm

/** The fences of a document, in order. */
export const fencesOf = (document: string): Fence[] =>
  partsOf(document).filter((part): part is Fence => typeof part !== "string")

/** Replaces the text of each fence by what `change` returns. */
export async function mapFences(document: string, change: (fence: Fence) => Promise<string>): Promise<string> {
  const texts: string[] = []
  for (const part of partsOf(document)) texts.push(typeof part === "string" ? part : await change(part))
  return texts.join("")
}

/** Splits a document into fences and the text between them; lines of backticks belong to the text. */
function partsOf(document: string): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const found of document.matchAll(FENCE)) {
    const [, ticks = "", info = "", text = ""] = found
    const start = found.index + ticks.length + info.length + 1
    const line = document.slice(0, found.index).split("\n").length
    parts.push(document.slice(from, start), { ...wordsOf(info), text, line })
    from = start + text.length
  }
  return [...parts, document.slice(from)]
}

function wordsOf(info: string): Pick<Fence, "language" | "attributes"> {
  const [language = "", ...words] = info.trim().split(/\s+/)
  const pairs = words.map((word) => {
    const [name = "", ...value] = word.split("=")
    return [name, value.join("=")] as const
  })
  return { language, attributes: Object.fromEntries(pairs) }
}
