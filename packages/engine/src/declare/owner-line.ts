import type { Owner } from "./reading.ts"

const LINE = /\balien: (ins_[a-z0-9]+) (dep_[a-z0-9]+) (\S+) #([1-9][0-9]*)/

/** The owner's mark as one line, for objects whose only free text is a description. */
export const ownerLine = ({ installation, deployment, node, incarnation }: Owner): string =>
  `alien: ${installation} ${deployment} ${node} #${incarnation}`

/** Reads the owner's mark from a description with any other text around it; undefined where there is none. */
export function ownerFromLine(text: string | undefined): Owner | undefined {
  const [, installation, deployment, node, incarnation] = text?.match(LINE) ?? []
  if (!installation || !deployment || !node) return undefined
  return { installation, deployment, node, incarnation: Number(incarnation) }
}
