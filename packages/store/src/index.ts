export { makePrivateDirectory, refuseSharedDirectory } from "./private-directory.ts"
export { releaseRemoved } from "./release-removed.ts"
export { notAdoptable } from "./sql/deletion.ts"
export { type CopySqliteOptions, copySqliteDatabase } from "./sqlite/copy.ts"
export { type DataDirectoryLock, type LockHolder, lockDataDirectory } from "./sqlite/lock.ts"
export { type FoundSqliteStore, findSqliteStore, openSqliteStore, type SqliteStoreOptions } from "./sqlite/open.ts"
export type {
  Adoption,
  Artifact,
  BaseImage,
  Claim,
  Deployment,
  DeploymentChange,
  DeploymentPatch,
  DeploymentReport,
  EndpointRow,
  GitMetadata,
  Installation,
  Leftover,
  NewDeployment,
  Page,
  Release,
  Store,
  StoredEvent,
  StoredVariable,
  Target,
  TokenRow,
} from "./store.ts"
