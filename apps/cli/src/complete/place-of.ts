import type { CommandDefinition, Completed } from "../command.ts"
import { definitionOf, fullName } from "../command-tree.ts"

/** Where on a command line somebody is typing. */
export interface TypingPlace {
  /** What may stand there. */
  completes: Completed
  /** The beginning that is there already. */
  typed: string
  /** Arguments before it. */
  before: readonly string[]
  /** Options before it that say whom to ask and about what. */
  options: { manager?: string; token?: string; deployment?: string }
}

/**
 * Finds what the last word of a command line may be; undefined where that is nothing that anybody has to be asked for.
 * @param split words as the shell has them; bash splits them at `=` and `:`
 */
export function placeOf(split: readonly string[]): TypingPlace | undefined {
  const words = joined(split)
  const definition = definitionOf(words)
  const typed = words.at(-1)
  if (!definition || typed === undefined) return undefined
  const rest = words.slice(fullName(definition).split(" ").length)
  if (rest.length === 0) return undefined
  const values = valuesOf(definition)
  const before: string[] = []
  const options: Record<string, string> = {}
  let open: string | undefined
  for (const word of rest.slice(0, -1)) {
    const [, flag, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? []
    if (open !== undefined) {
      options[open] = word
      open = undefined
    } else if (word === "--") return undefined
    else if (flag !== undefined && value !== undefined) options[flag] = value
    else if (flag !== undefined) open = values.has(flag) ? flag : undefined
    else if (!word.startsWith("-")) before.push(word)
  }
  const [, inline, begun = ""] = /^--([\w-]+)=(.*)$/s.exec(typed) ?? []
  if (open === undefined && inline !== undefined) {
    const completes = values.get(inline)
    return completes && { completes, typed: begun, before, options }
  }
  const completes = open === undefined ? argumentAt(definition, before.length) : values.get(open)
  if (!completes || typed.startsWith("-")) return undefined
  return { completes, typed, before, options }
}

function joined(words: readonly string[]): string[] {
  const found: string[] = []
  let glue = false
  for (const word of words) {
    const isBreak = word === "=" || word === ":"
    if ((glue || isBreak) && found.length > 0) found.push(`${found.pop()}${word}`)
    else found.push(word)
    glue = isBreak
  }
  return found
}

/** Options that take a value, and what it may be. */
const valuesOf = ({ options }: CommandDefinition): Map<string, Completed | undefined> =>
  new Map([
    ["manager", undefined],
    ["token", undefined],
    ...options.flatMap(([flags]) => {
      const [, name, argument] = /--([\w-]+) <([^>]+)>/.exec(flags) ?? []
      if (name === undefined || argument === undefined) return []
      return [[name, name === "deployment" ? "deployment" : undefined] as const]
    }),
  ])

/** What the argument at a position may be. Of those that repeat, the deployment is the first alone. */
function argumentAt({ arguments: known }: CommandDefinition, index: number): Completed | undefined {
  const last = known.at(-1)
  const [, , completes] = known[index] ?? (last?.[0].includes("...") ? last : [])
  return completes === "deployment" && index > 0 ? undefined : completes
}
