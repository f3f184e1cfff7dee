import { z } from "zod"

/** Where a deployment stands. running: every object is settled, or waits for a person. */
export const DeploymentStatus = z
  .enum([
    "pending",
    "provisioning",
    "running",
    "updating",
    "update-failed",
    "provisioning-failed",
    "deleting",
    "delete-failed",
    "deleted",
  ])
  .meta({ id: "DeploymentStatus" })
export type DeploymentStatus = z.output<typeof DeploymentStatus>
