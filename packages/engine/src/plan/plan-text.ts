import type { NodeDrift } from "../record/drift.ts"
import type { Plan } from "./plan.ts"
import type { PlanAction, PlanVerb } from "./plan-action.ts"

const marks: Record<PlanVerb, string> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  adopt: "=",
  keep: " ",
  detach: "·",
}

/** The plan as stable plain text without colours, for people and golden files. Unchanged nodes are only counted. */
export function planText({ actions, summary, unmanaged, drift, notes }: Plan): string {
  const shown = actions.filter(({ action }) => action !== "keep")
  const width = Math.max(0, ...shown.map(({ node }) => node.length))
  const lines = shown.flatMap((action) => actionLines(action, width))
  const kept = actions.filter(
    ({ action, reasons }) => action === "keep" && reasons.some((reason) => /^[a-z_]+: /.test(reason)),
  )
  for (const { node, reasons } of kept) lines.push(`! ${node.padEnd(width)}  ${reasons.join("; ")}`)
  for (const { node, keys } of unmanaged)
    lines.push(`  ${node} also holds entries that are not ours and stay: ${keys.join(", ")}`)
  if (lines.length > 0) lines.push("")
  lines.push(countsLine(summary))
  if (drift.length > 0) lines.push("", "Changed by somebody else, and changed back:", ...drift.flatMap(driftLines))
  if (notes.length > 0) lines.push("", "Notes:", ...notes.map((note) => `  ${note}`))
  return `${lines.join("\n")}\n`
}

function actionLines(
  { action, node, type, name, reasons, changes, interruption, drift, of }: PlanAction,
  width: number,
): string[] {
  const owner = of === "customer" ? ", the customer's" : ""
  const drifted = drift ? ", changed by somebody else" : ""
  const lines = [`${marks[action]} ${node.padEnd(width)}  ${type}  ${name}${owner}${drifted}`]
  if (interruption) lines.push("    interrupts: the old one has to go before the new one can come")
  for (const { field, from, to } of changes) lines.push(changeLine(field, from, to))
  if (changes.length === 0 && action !== "delete" && action !== "detach")
    for (const reason of reasons) lines.push(`    ${reason}`)
  return lines
}

const driftLines = ({ node, at, fields }: NodeDrift): string[] => [
  `  ${node}, found ${new Date(at).toISOString()}`,
  ...fields.map(({ field, expected, observed }) => changeLine(field, expected, observed)),
]

const changeLine = (field: string, from = "(not shown)", to = "(not shown)") => `    ${field}: ${from} → ${to}`

function countsLine(summary: Record<PlanVerb, number>): string {
  const words: [PlanVerb, string][] = [
    ["create", "to create"],
    ["update", "to update"],
    ["replace", "to replace"],
    ["adopt", "to adopt"],
    ["delete", "to delete"],
    ["detach", "to detach"],
    ["keep", "unchanged"],
  ]
  const parts = words.filter(([verb]) => summary[verb] > 0).map(([verb, word]) => `${summary[verb]} ${word}`)
  return parts.length > 0 ? `Plan: ${parts.join(", ")}.` : "Plan: nothing to do."
}
