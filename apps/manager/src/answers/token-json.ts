import type { TokenResponse } from "@alienplatform/api"
import type { TokenRow } from "@alienplatform/store"

const time = (ms: number): string => new Date(ms).toISOString()

export const tokenJson = ({ id, role, deployment, description, createdAt, revokedAt }: TokenRow): TokenResponse => ({
  ...{ id, role, description },
  deploymentId: deployment,
  createdAt: time(createdAt),
  revokedAt: revokedAt === null ? null : time(revokedAt),
})
