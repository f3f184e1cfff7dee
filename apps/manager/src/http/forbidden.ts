import { problem } from "@alienplatform/core"
import type { Role } from "../tokens/caller.ts"
import type { AccessRequest } from "./roles.ts"

/** Says who may; the same whatever the request names, so that it does not tell what exists. */
export const forbiddenError = (role: Role, { what, needs }: Pick<AccessRequest, "what" | "needs">) =>
  problem("forbidden", {
    message: `${what} takes ${needs === "customer" ? "a customer's or an admin's token" : "an admin's token, which the vendor has"}; this one is a ${role}'s`,
    hint: role === "customer" ? "ask the vendor of this software to do it" : "send the token of somebody who may",
    context: { role, needs },
  })
