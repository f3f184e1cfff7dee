import type { Json } from "@alienplatform/core"

/** One action that the least-privilege policy allows. */
export interface Permission {
  /** In the cloud's own spelling: `lambda:CreateFunction`, `run.services.get`. */
  action: string
  /** In the cloud's own form; `{account}`, `{region}` and `{prefix}` are filled in. Default `*`. */
  resource?: string
  /** In the cloud's own form. */
  condition?: Json
}

/** The actions of each verb. */
export interface Permissions {
  read: readonly Permission[]
  create?: readonly Permission[]
  update?: readonly Permission[]
  delete?: readonly Permission[]
}
