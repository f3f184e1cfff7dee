import { problem } from "@alienplatform/core/error"

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Where logs begin: after a time, in ms since the epoch, or after a cursor from the manager. */
export interface Since {
  after?: number
  cursor?: string
}

/** Parses `--since`: `10m` ago, a time in ISO 8601, or else a cursor. Throws `usage_invalid`. */
export function parseSince(text: string | undefined, now: number): Since {
  if (text === undefined) return {}
  const age = /^(\d{1,9})([smhd])$/.exec(text)
  if (age) return { after: now - Number(age[1]) * (UNITS[age[2] ?? ""] ?? 0) }
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const after = Date.parse(text)
    if (!Number.isNaN(after)) return { after }
  } else if (/^[\x21-\x7e]{12,4096}$/.test(text)) return { cursor: text }
  throw problem("usage_invalid", {
    message: `--since ${text} is no moment; write 10m, 2h, or a time such as 2030-01-31T12:00Z`,
  })
}
