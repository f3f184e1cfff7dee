import { z } from "zod"

/** A record that the customer has to create in their DNS or, after a removal, to delete. */
export const DnsRecord = z
  .object({
    type: z.string(),
    name: z.string(),
    value: z.string(),
    purpose: z.string().describe("`routing`, `ownership` or `certificate`."),
    status: z.enum(["ok", "missing", "wrong", "unverified", "remove"]),
  })
  .meta({ id: "DnsRecord", description: "A record that the customer has to create or, after a removal, to delete." })
export type DnsRecord = z.output<typeof DnsRecord>
