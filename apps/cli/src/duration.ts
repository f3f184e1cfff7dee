import { problem } from "@alienplatform/core/error"

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Parses a duration (`90s`, `10m`, `1h`, `500ms`; a bare number is seconds), in ms. Throws `usage_invalid`. */
export function parseDurationMs(text: string | undefined, fallback: number, flag: string): number {
  if (text === undefined) return fallback
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text)
  const value = Number(found?.[1]) * (UNITS[found?.[2] ?? "s"] ?? Number.NaN)
  if (value > 0 && Number.isFinite(value)) return value
  throw problem("usage_invalid", { message: `${flag} ${text} is no duration; write 90s, 10m or 1h` })
}
