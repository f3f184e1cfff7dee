import { problem } from "@alienplatform/core"
import type { Deployment } from "@alienplatform/store"

/** @param next what to do instead */
export const nameTaken = ({ id, name }: Deployment, next: string) =>
  problem("name_taken", { message: `the name ${name} is taken by deployment ${id}; ${next}`, context: { name, id } })
