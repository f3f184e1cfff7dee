import type { Clock } from "@alienplatform/engine"
import type { Store } from "@alienplatform/store"
import type { ArtifactFiles } from "../artifacts/artifacts.ts"
import type { Backups } from "../backup/backup.ts"
import type { Planner } from "../planner/planner.ts"
import type { Platforms } from "../platforms/platforms.ts"
import type { Watched } from "../runner/watched.ts"
import type { Sealer } from "../secrets/seal.ts"
import type { WorkloadTokens } from "../tokens/workload-token.ts"

/** What routes work with. */
export interface Deps {
  store: Store
  clock: Clock
  platforms: Platforms
  artifacts: ArtifactFiles
  backups: Backups
  planner: Planner
  sealer: Sealer
  watched: Watched
  workloadTokens: WorkloadTokens
  /** Where this manager is reached, for answers that name it: never taken from a request, whose headers anybody writes. */
  url(): string
}
