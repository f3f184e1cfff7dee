import { z } from "zod"

/** Whether an endpoint or one of its hosts works now. waiting: a person has to act. provisioning: ends by itself. */
export const EndpointState = z.enum(["provisioning", "ready", "waiting", "failed", "deleting"])
export type EndpointState = z.output<typeof EndpointState>
