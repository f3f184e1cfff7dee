import { pathText } from "@alienplatform/core/error"

/**
 * Finds the line of every member of a JSON text, by its path as violations name it; lines count from 1. The text must
 * be valid JSON.
 */
export function memberLines(text: string): Map<string, number> {
  const lines = new Map<string, number>()
  let at = 0
  let line = 1
  value([])
  return lines

  function blanks(): void {
    for (; at < text.length && /[\s,:]/.test(text[at] ?? ""); at++) if (text[at] === "\n") line++
  }

  function value(path: readonly PropertyKey[]): void {
    blanks()
    if (text[at] === "{") members("}", () => named(path))
    else if (text[at] === "[") {
      let index = 0
      members("]", () => {
        const item = [...path, index++]
        lines.set(pathText(item), line)
        value(item)
      })
    } else if (text[at] === '"') string()
    else while (at < text.length && !/[\s,\]}]/.test(text[at] ?? "")) at++
  }

  function members(end: string, member: () => void): void {
    at++
    for (blanks(); at < text.length && text[at] !== end; blanks()) member()
    at++
  }

  function named(path: readonly PropertyKey[]): void {
    const keyLine = line
    const inner = [...path, string()]
    lines.set(pathText(inner), keyLine)
    value(inner)
  }

  function string(): string {
    const start = at++
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1
    at++
    return String(JSON.parse(text.slice(start, at)))
  }
}
