import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import type { Paint } from "./style.ts"

/** Lines about the replicas that were started again: how often, and how the last run ended. */
export const restartLines = ({ resources }: DeploymentInfoResponse, paint: Paint): string[] =>
  Object.entries(resources).flatMap(([id, { replicas = [] }]) =>
    replicas.flatMap(({ replica, restarts, lastExit, crashLoop }) => {
      if (restarts === 0) return []
      const name = replicas.length > 1 ? `${id}/${replica}` : id
      const count = `${restarts} ${restarts === 1 ? "restart" : "restarts"}`
      const last = lastExit ? `, the last after it ${howItEnded(lastExit)} at ${lastExit.at}` : ""
      return [
        `${paint(crashLoop ? "red" : "yellow", "↻")} ${name}  ${count}${last}${crashLoop ? "; it does not stay up" : ""}`,
      ]
    }),
  )

const howItEnded = ({ code, signal }: { code: number | null; signal: string | null }): string =>
  signal ? `was ended by ${signal}` : code === null ? "could not be started" : `exited with ${code}`
