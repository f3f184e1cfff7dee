import type { Clock } from "@alienplatform/engine"
import type { Store } from "@alienplatform/store"
import type { ArtifactFiles } from "./artifacts.ts"
import type { Planner } from "./planner.ts"
import type { Platforms } from "./platforms/platforms.ts"
import type { Sealer } from "./secrets/seal.ts"
import type { WorkloadTokens } from "./tokens/workload-token.ts"
import type { Watched } from "./watched.ts"

/** What handlers work with. */
export interface Deps {
  store: Store
  clock: Clock
  platforms: Platforms
  artifacts: ArtifactFiles
  planner: Planner
  sealer: Sealer
  watched: Watched
  workloadTokens: WorkloadTokens
  /** Where this manager is reached, for answers that name it. */
  url(): string
}
