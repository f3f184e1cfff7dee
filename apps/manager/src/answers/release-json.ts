import type { ReleaseResponse } from "@alienplatform/api"
import type { Release } from "@alienplatform/store"
import { DEFAULT_ID } from "../release/default-id.ts"

export const releaseJson = (release: Release): ReleaseResponse => ({
  id: release.id,
  workspaceId: DEFAULT_ID,
  projectId: release.projectId,
  stack: release.stack,
  platforms: Object.keys(release.stack),
  gitMetadata: release.gitMetadata,
  ...(release.baseImage ? { baseImage: release.baseImage } : {}),
  draft: release.draft,
  createdAt: new Date(release.createdAt).toISOString(),
  removedAt: release.removedAt === undefined ? null : new Date(release.removedAt).toISOString(),
})
