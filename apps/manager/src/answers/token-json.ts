import type { TokenResponse } from "@alienplatform/api"
import type { TokenRow } from "@alienplatform/store"
import { rolePrefix } from "../tokens/stored-token.ts"

const time = (ms: number): string => new Date(ms).toISOString()

export const tokenJson = ({ id, role, deployment, description, createdAt, revokedAt }: TokenRow): TokenResponse => ({
  ...{ id, role, description, tokenType: role, keyPrefix: rolePrefix(role) },
  deploymentId: deployment,
  createdAt: time(createdAt),
  revokedAt: revokedAt === null ? null : time(revokedAt),
})
