import { problem } from "@alienplatform/core"
import type { Role } from "../tokens/caller.ts"
import type { Asked } from "./roles.ts"

/** Says who may; the same whatever the request names, so that it does not tell what exists. */
export const forbidden = (role: Role, { what, needs }: Pick<Asked, "what" | "needs">) =>
  problem("forbidden", {
    message: `${what} takes ${needs === "customer" ? "a customer's or an admin's token" : "an admin's token, which the vendor has"}; this one is a ${role}'s`,
    hint: role === "customer" ? "ask the vendor of this software to do it" : "send the token of somebody who may",
    context: { role, needs },
  })
