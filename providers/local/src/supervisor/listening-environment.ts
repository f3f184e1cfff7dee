import type { ProcessSpec } from "./protocol.ts"

/** Tells a program where to listen: at its loopback ports, in a container at those inside of it. */
export const listeningEnvironment = (spec: ProcessSpec, ports: readonly number[]): Record<string, string> =>
  Object.fromEntries(
    spec.ports.flatMap(({ variables, inside }, index) =>
      variables.map((variable) => [variable, String(inside ?? ports[index])] as const),
    ),
  )

/** Ports inside of a container, in the order of the spec's ports. */
export const insidePorts = ({ ports }: ProcessSpec): number[] => ports.map(({ inside = 0 }) => inside)
