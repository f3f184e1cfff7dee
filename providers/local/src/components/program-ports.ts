import type { ContainerConfig, DaemonConfig } from "@alienplatform/core"

export type ProgramConfig = ContainerConfig | DaemonConfig

export interface ProgramPort {
  /** Port as declared; on this machine the program is told another one. */
  declared: number
  /** All that tell it where to listen instead. */
  variables: string[]
}

/** Where a program has to listen: its endpoints' ports, its private ones, that of its health check. The first is also `PORT`. */
export function programPorts({ publicEndpoints, ports, healthCheck }: ProgramConfig): ProgramPort[] {
  const checked = healthCheck?.port
  const isDeclared = [...publicEndpoints, ...ports].some(({ port }) => port === checked)
  const named = [
    ...publicEndpoints.map(({ name, port }) => ({ port, variable: variableOf(name) })),
    ...ports.map(({ port }) => ({ port, variable: variableOf(`${port}`) })),
    ...(checked === undefined || isDeclared ? [] : [{ port: checked, variable: variableOf(`${checked}`) }]),
  ]
  const declared = [...new Set(named.map(({ port }) => port))]
  return declared.map((port, index) => ({
    declared: port,
    variables: [
      ...(index === 0 ? ["PORT"] : []),
      ...named.filter((one) => one.port === port).map(({ variable }) => variable),
    ],
  }))
}

const variableOf = (name: string): string => `ALIEN_PORT_${name.toUpperCase().replaceAll("-", "_")}`
