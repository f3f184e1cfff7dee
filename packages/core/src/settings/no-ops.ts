/**
 * Settings of the published API that are not built here. The values below ask for nothing, so they are taken and kept;
 * all others are refused (`setting_not_supported`).
 */
import { z } from "zod"
import { NO_MEMBERS, notBuilt } from "../validation/not-built.ts"

const only = (nothing: z.ZodType, setting: string) =>
  notBuilt(nothing, {
    code: "setting_not_supported",
    message: `${setting} is not supported yet in this form; leave it out`,
  }).optional()

export const SETTINGS_NO_OPS = {
  compute: only(z.strictObject({ pools: NO_MEMBERS.optional() }), "compute"),
  deploymentModel: only(z.literal("push"), "deploymentModel"),
  externalBindings: only(NO_MEMBERS, "externalBindings"),
  // "on" is the published default, and what happens here: the conditions of what runs are always watched.
  heartbeats: only(z.enum(["on", "off"]), "heartbeats"),
  kubernetes: only(
    z.strictObject({ exposure: z.strictObject({ mode: z.literal("disabled") }).optional() }),
    "kubernetes",
  ),
  publicEndpoints: only(z.record(z.string(), NO_MEMBERS), "publicEndpoints"),
  telemetry: only(z.literal("off"), "telemetry"),
}

export const DOMAINS_NO_OPS = { publicEndpointTarget: only(z.never(), "publicEndpointTarget") }

export const CERTIFICATE_NO_OPS = { kubernetes: only(z.never(), "kubernetes") }
