import type { CreateDeploymentRequest } from "@alienplatform/api"
import { hashOf } from "@alienplatform/core"
import type { Sealer } from "../secrets/seal.ts"

/** By which the same request is known again. A plain hash of a secret could be guessed at. */
export const createdWith = (sealer: Sealer, body: CreateDeploymentRequest): string =>
  body.environmentVariables?.some(({ type }) => type === "secret") ? sealer.fingerprint(body) : hashOf(body)
