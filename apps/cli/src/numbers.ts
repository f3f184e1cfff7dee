import { problem } from "@alienplatform/core/error"

/** Parses a whole number from 1 to `most`. Throws `usage_invalid`. */
export function parseCount(
  text: string | undefined,
  { flag, fallback, most }: { flag: string; fallback: number; most: number },
): number {
  if (text === undefined) return fallback
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  throw problem("usage_invalid", { message: `${flag} ${text} is no number from 1 to ${most}` })
}
