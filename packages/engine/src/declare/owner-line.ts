import type { Owner } from "./reading.ts"

const LINE = /\balien: (ins_[a-z0-9]+) (dep_[a-z0-9]+) (\S+) #([1-9][0-9]*)/

/** The mark as one line, for objects whose only free text is a description. */
export const ownerLine = ({ installation, deployment, node, incarnation }: Owner): string =>
  `alien: ${installation} ${deployment} ${node} #${incarnation}`

/** The mark in a description, whatever else it says; nothing where there is none. */
export function ownerFromLine(text: string | undefined): Owner | undefined {
  const [, installation, deployment, node, incarnation] = text?.match(LINE) ?? []
  if (!installation || !deployment || !node) return undefined
  return { installation, deployment, node, incarnation: Number(incarnation) }
}
