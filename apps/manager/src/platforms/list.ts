import type { Clock } from "@alienplatform/engine"
import { type LocalPlatformOptions, openLocalPlatform } from "./local.ts"
import type { PlatformOpener } from "./platforms.ts"

/** By platform; one without options is not served. */
export interface PlatformOptions {
  local?: LocalPlatformOptions
}

/** The platforms that a manager can deploy to. */
export function platformOpeners(
  { local }: PlatformOptions,
  { dataDirectory, clock }: { dataDirectory: string; clock: Clock },
): Record<string, PlatformOpener> {
  return { ...(local ? { local: openLocalPlatform({ dataDirectory, clock, options: local }) } : {}) }
}
