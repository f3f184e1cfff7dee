/**
 * Settings of the published API that are not built here. The values below ask for nothing, so they are taken and kept;
 * all others are refused (`setting_not_supported`).
 */
import { z } from "zod"
import { NO_ITEMS, NO_MEMBERS, notBuilt } from "../validation/not-built.ts"

const noOpMember = (nothing: z.ZodType, setting: string, instead = "leave it out") =>
  notBuilt(nothing, {
    code: "setting_not_supported",
    message: `${setting} is not supported yet in this form; ${instead}`,
  }).optional()

export const SETTINGS_NO_OPS = {
  airgapped: noOpMember(z.literal(false), "airgapped"),
  compute: noOpMember(z.strictObject({ pools: NO_MEMBERS.optional(), containers: NO_MEMBERS.optional() }), "compute"),
  deploymentModel: noOpMember(z.literal("push"), "deploymentModel"),
  endpointAccess: noOpMember(
    z.literal("internet"),
    "endpointAccess",
    'leave it out, and choose the exposure "network" for each endpoint in endpoints',
  ),
  externalBindings: noOpMember(NO_MEMBERS, "externalBindings"),
  // "on" is the published default, and what happens here: the conditions of what runs are always watched.
  heartbeats: noOpMember(z.enum(["on", "off"]), "heartbeats"),
  kubernetes: noOpMember(
    z.strictObject({ exposure: z.strictObject({ mode: z.literal("disabled") }).optional() }),
    "kubernetes",
  ),
  publicEndpoints: noOpMember(z.record(z.string(), NO_MEMBERS), "publicEndpoints"),
  quotaWarningOverrides: noOpMember(NO_ITEMS, "quotaWarningOverrides"),
  setupManagement: noOpMember(z.literal("manual"), "setupManagement"),
  // Whatever is chosen, nothing is sent from here.
  telemetry: noOpMember(z.enum(["off", "auto", "approval-required"]), "telemetry"),
}

export const DOMAINS_NO_OPS = { publicEndpointTarget: noOpMember(z.never(), "publicEndpointTarget") }

export const CERTIFICATE_NO_OPS = {
  kubernetes: noOpMember(z.never(), "kubernetes"),
  managed: noOpMember(z.never(), "managed", "name a certificate of your own for the platform, or give pem"),
}
