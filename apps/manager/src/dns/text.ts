import type { DnsRecord } from "@alienplatform/core"
import { type NeededRecord, onceEach } from "./records.ts"

const WHAT: Readonly<Record<DnsRecord["status"], string>> = {
  missing: "Create",
  wrong: "Correct",
  unverified: "Create, unless it is there already; from here it cannot be seen:",
  ok: "Keep",
  remove: "Remove",
}
const IN_ORDER = Object.keys(WHAT) as DnsRecord["status"][]

/** Sentences for a ticket of whoever manages the customer's DNS, what has to be done first. */
export function ticketOf(deployment: string, records: readonly NeededRecord[]): string {
  if (records.length === 0) return `${deployment} needs no record in DNS.\n`
  const all = onceEach(records).toSorted(
    (left, right) => IN_ORDER.indexOf(left.record.status) - IN_ORDER.indexOf(right.record.status),
  )
  const sentences = all.map(({ record: { type, name, value, purpose, status }, endpoints }) =>
    oneLine(
      `- ${WHAT[status]} the ${type} record ${name} with the value ${value} (${purpose}, for ${endpoints.join(", ")}).`,
    ),
  )
  return `DNS records of ${deployment}:\n\n${sentences.join("\n")}\n`
}

/** What a cloud answered stays on its line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ")
