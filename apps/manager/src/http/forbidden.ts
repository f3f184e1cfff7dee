import { problem } from "@alienplatform/core"

/** The same whatever was asked for. */
export const forbidden = () =>
  problem("forbidden", {
    message: "this token does not allow this request",
    hint: "GET /v1/whoami tells the token's role; ask an admin of the manager for one that may",
  })
