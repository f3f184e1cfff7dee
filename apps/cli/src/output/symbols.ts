import type { Context, Sink } from "../context.ts"

/** Each as wide as what it stands for, so that columns stay aligned. */
const PLAIN: Readonly<Record<string, string>> = {
  "✔": "+",
  "✖": "x",
  "●": "*",
  "○": "o",
  "…": "~",
  "│": "|",
  "→": ">",
  "·": ".",
}

/**
 * Can it show more than ASCII? Not the Linux console, and not a terminal whose locale names another encoding. A pipe
 * gets what was written: whoever reads it knows its encoding.
 */
export function hasSymbols(sink: Sink, env: Context["env"]): boolean {
  if (sink.isTTY !== true) return true
  if (env.TERM === "linux" || env.TERM === "dumb") return false
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  return !locale || /utf-?8/i.test(locale)
}

export const plainSymbols = (text: string): string => text.replace(/[✔✖●○…│→·]/gu, (symbol) => PLAIN[symbol] ?? symbol)
