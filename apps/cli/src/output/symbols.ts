import type { Context, Sink } from "../context.ts"

/** ASCII replacements of symbols, each as wide as its symbol, so that columns stay aligned. */
const PLAIN: Readonly<Record<string, string>> = {
  "✔": "+",
  "✖": "x",
  "●": "*",
  "○": "o",
  "…": "~",
  "│": "|",
  "→": ">",
  "·": ".",
  "↻": "@",
}

/**
 * Can the output show more than ASCII? Not the Linux console, nor a terminal whose locale names another encoding. A
 * pipe gets the text unchanged: its reader knows the encoding.
 */
export function hasSymbols(sink: Sink, env: Context["env"]): boolean {
  if (sink.isTTY !== true) return true
  if (env.TERM === "linux" || env.TERM === "dumb") return false
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  return !locale || /utf-?8/i.test(locale)
}

export const plainSymbols = (text: string): string => text.replace(/[✔✖●○…│→·↻]/gu, (symbol) => PLAIN[symbol] ?? symbol)
