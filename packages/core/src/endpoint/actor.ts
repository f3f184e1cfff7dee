import { z } from "zod"

/** Who has to act: the customer whose environment it is, the vendor of the workload, the cloud, or this software. */
export const Actor = z.enum(["customer", "vendor", "provider", "us"])
export type Actor = z.output<typeof Actor>
