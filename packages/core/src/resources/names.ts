import { z } from "zod"
import { shownValue } from "../validation/seen.ts"

/** A string that matches a pattern; the message says the rule and the value seen. */
const patternString = (pattern: RegExp, rule: string) =>
  z.string().regex(pattern, { error: ({ input }) => `must be ${rule}, is ${shownValue(input)}` })

const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Id of a stack. */
export const StackId = patternString(/^(?!__proto__$)[A-Za-z0-9_-]{1,128}$/, "1-128 letters, digits, - or _")

/** Id of a resource. Ids that differ only in case or `-`/`_` are refused in one stack. */
export const ResourceId = patternString(/^(?!__proto__$)[A-Za-z0-9_-]{1,64}$/, "1-64 letters, digits, - or _")

/** Id of a Container, also the name by which other services find it. */
export const ContainerId = patternString(DNS_LABEL, "a DNS label (1-63 lower-case letters, digits or -, not at an end)")

/** A DNS label: 1-63 lower-case letters, digits or `-`, the latter not at an end (RFC 1123, section 2.1). */
export const DnsLabel = patternString(DNS_LABEL, "a DNS label (1-63 lower-case letters, digits or -, not at an end)")

/** A DNS label, or `@` for the deployment's own domain. */
export const HostLabel = patternString(
  /^(?:@|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/,
  "a DNS label (1-63 lower-case letters, digits or -, not at an end) or @",
)

/** A deployment's name is a label of its hosts, with room for what clouds add. */
export const deploymentName = patternString(
  /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
  "a DNS label of at most 40 characters (lower-case letters, digits or -, not at an end)",
)

/** Name of a permission profile. */
export const ProfileName = patternString(/^(?!__proto__$)[A-Za-z0-9_-]{1,64}$/, "1-64 letters, digits, - or _")

/** TCP port, 1-65535. */
export const Port = z.int().min(1).max(65535)

const VARIABLE = patternString(
  /^(?!__proto__$)(?!ALIEN_)[A-Za-z_][A-Za-z0-9_]{0,254}$/,
  "a letter or _, then letters, digits or _, and not start with ALIEN_ (reserved)",
)

// The pattern is JSON Schema's way to say "no NUL"; the message never shows the value, which may be a secret.
const VALUE = z.string().regex(/^[^\0]*$/, { error: "must not contain a NUL character" })

/** Environment variables of a workload; names starting with `ALIEN_` are reserved. */
export const Environment = z.record(VARIABLE, VALUE)
export type Environment = z.output<typeof Environment>

/** A reference to another resource: `{type?, id}`. */
export const ResourceRef = z.strictObject({
  type: z.enum(["worker", "function", "container", "daemon"]).optional(),
  id: ResourceId,
})
export type ResourceRef = z.output<typeof ResourceRef>
