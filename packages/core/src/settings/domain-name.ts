import { z } from "zod"
import { shownValue } from "../validation/seen.ts"

const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
const HOST = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`)

function domainMistake(input: unknown): string {
  const text = typeof input === "string" ? input : ""
  if (text.endsWith(".")) return `must have no dot at the end, is ${shownValue(input)}`
  if (/^[\d.]+$/.test(text) || text.includes(":"))
    return `must be a DNS name, not an address or URL, is ${shownValue(input)}`
  if (text.startsWith("*."))
    return `must be one host without *, is ${shownValue(input)}; wildcards are declared by the endpoint`
  if (/[^\0-\x7f]/.test(text)) return `must be in its ASCII form (xn--…), is ${shownValue(input)}`
  return `must be a full DNS name such as api.example.com, is ${shownValue(input)}`
}

/** A full DNS name of at least two labels, made lower case; no dot at the end, no wildcard, no IP address. */
export const domainName = z
  .string()
  .regex(HOST, { error: ({ input }) => domainMistake(input) })
  .toLowerCase()
