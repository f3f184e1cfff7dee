import type { Json } from "@alienplatform/core"

/** One action that the least-privilege policy allows. */
export interface Permission {
  /** The action as the cloud spells it: `lambda:CreateFunction`, `run.services.get`. */
  action: string
  /** The resource as the cloud writes it; `{account}`, `{region}` and `{prefix}` are filled in. Default `*`. */
  resource?: string
  /** A condition as the cloud writes it. */
  condition?: Json
}

/** Actions that each verb of a type needs. */
export interface Permissions {
  read: readonly Permission[]
  create?: readonly Permission[]
  update?: readonly Permission[]
  delete?: readonly Permission[]
}
