import type { AddRoute } from "./add-route.ts"
import { backup } from "./backup.ts"
import { createDeployment } from "./create-deployment.ts"
import { createPlan } from "./create-plan.ts"
import { createRelease } from "./create-release.ts"
import { createToken } from "./create-token.ts"
import { deleteDeployment } from "./delete-deployment.ts"
import { dns } from "./dns.ts"
import { getDeployment } from "./get-deployment.ts"
import { getPlan } from "./get-plan.ts"
import { getRelease } from "./get-release.ts"
import { health } from "./health.ts"
import { info } from "./info.ts"
import { latestRelease } from "./latest-release.ts"
import { listDeployments } from "./list-deployments.ts"
import { listReleases } from "./list-releases.ts"
import { listTokens } from "./list-tokens.ts"
import { logs } from "./logs.ts"
import { planNew } from "./plan-new.ts"
import { putArtifact } from "./put-artifact.ts"
import { redeploy } from "./redeploy.ts"
import { retry } from "./retry.ts"
import { revokeToken } from "./revoke-token.ts"
import { schemas } from "./schemas.ts"
import { updateDeployment } from "./update-deployment.ts"
import { whoami } from "./whoami.ts"

/** Every route, in the order in which the router tries them: a name before a parameter in its place. */
export const ROUTES: readonly AddRoute[] = [
  health,
  schemas,
  whoami,
  putArtifact,
  createRelease,
  listReleases,
  latestRelease,
  getRelease,
  createDeployment,
  listDeployments,
  getDeployment,
  updateDeployment,
  redeploy,
  retry,
  deleteDeployment,
  info,
  logs,
  dns,
  createPlan,
  planNew,
  getPlan,
  createToken,
  listTokens,
  revokeToken,
  backup,
]
