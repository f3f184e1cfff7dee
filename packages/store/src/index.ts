export { type DataDirectoryLock, type LockHolder, lockDataDirectory } from "./sqlite/lock.ts"
export { type FoundSqliteStore, findSqliteStore, openSqliteStore, type SqliteStoreOptions } from "./sqlite/open.ts"
export type {
  Artifact,
  Claim,
  Deployment,
  DeploymentChange,
  DeploymentPatch,
  DeploymentReport,
  DeploymentStatus,
  EndpointRow,
  Installation,
  NewDeployment,
  Page,
  Release,
  Store,
  StoredEvent,
  TokenRow,
} from "./store.ts"
