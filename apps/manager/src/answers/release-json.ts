import type { ReleaseResponse } from "@alienplatform/api"
import type { Release } from "@alienplatform/store"
import { DEFAULT_ID } from "../release/default-id.ts"

export const releaseJson = (release: Release): ReleaseResponse => ({
  id: release.id,
  workspaceId: DEFAULT_ID,
  projectId: release.projectId,
  stack: release.stack,
  gitMetadata: release.gitMetadata,
  draft: release.draft,
  createdAt: new Date(release.createdAt).toISOString(),
})
