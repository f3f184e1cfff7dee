export { notAdoptable } from "./sql/deletion.ts"
export { type DataDirectoryLock, type LockHolder, lockDataDirectory } from "./sqlite/lock.ts"
export { type FoundSqliteStore, findSqliteStore, openSqliteStore, type SqliteStoreOptions } from "./sqlite/open.ts"
export type {
  Adoption,
  Artifact,
  Claim,
  Deployment,
  DeploymentChange,
  DeploymentPatch,
  DeploymentReport,
  DeploymentStatus,
  EndpointRow,
  Installation,
  Leftover,
  NewDeployment,
  Page,
  Release,
  Store,
  StoredEvent,
  TokenRow,
} from "./store.ts"
