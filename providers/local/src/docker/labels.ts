import type { Owner } from "@alienplatform/engine"

/** Names the object that a container runs for, the same over all its runs. */
export const OBJECT_LABEL = "alien.object"
/** Names one run; new for each start. */
export const RUN_LABEL = "alien.run"

const INSTALLATION = "alien.installation"
const DEPLOYMENT = "alien.deployment"
const NODE = "alien.node"
const INCARNATION = "alien.incarnation"

/** The owner's mark on what the engine keeps for us. */
export const labelsOf = ({ installation, deployment, node, incarnation }: Owner): Record<string, string> => ({
  [INSTALLATION]: installation,
  [DEPLOYMENT]: deployment,
  [NODE]: node,
  [INCARNATION]: String(incarnation),
})

/** Nothing where a label is missing: somebody else made it. */
export function ownerIn(labels: Readonly<Record<string, string>>): Owner | undefined {
  const { [INSTALLATION]: installation, [DEPLOYMENT]: deployment, [NODE]: node } = labels
  const incarnation = Number(labels[INCARNATION])
  if (!installation || !deployment || !node || !Number.isInteger(incarnation)) return undefined
  return { installation, deployment, node, incarnation }
}
