import { buildCodes } from "./areas/build.ts"
import { commandCodes } from "./areas/command.ts"
import { dataDirectoryCodes } from "./areas/data-directory.ts"
import { endpointCodes } from "./areas/endpoint.ts"
import { gatewayCodes } from "./areas/gateway.ts"
import { imageCodes } from "./areas/image.ts"
import { machineCodes } from "./areas/machine.ts"
import { objectCodes } from "./areas/object.ts"
import { requestCodes } from "./areas/request.ts"
import { stackCodes } from "./areas/stack.ts"
import { workloadCodes } from "./areas/workload.ts"
import type { Actor, CodeFacts, ExitCode, HttpStatus } from "./facts.ts"

export type { Actor, CodeFacts, ExitCode, HttpStatus } from "./facts.ts"

/** One table per area; a new one is added here. */
export const AREAS = [
  stackCodes,
  buildCodes,
  imageCodes,
  requestCodes,
  commandCodes,
  objectCodes,
  endpointCodes,
  workloadCodes,
  dataDirectoryCodes,
  machineCodes,
  gatewayCodes,
] as const

type KeyOfAny<T> = T extends unknown ? keyof T : never

/** Every code of an error, a violation, a reason or a condition that this version knows. */
export type Code = KeyOfAny<(typeof AREAS)[number]>

const CODES: Readonly<Record<string, CodeFacts>> = Object.assign({}, ...AREAS)

/** Every code, sorted. */
export const codes = (): Code[] => (Object.keys(CODES) as Code[]).sort()

/** Codes from outside, such as another version's, are strings that may be none of these. */
export const isCode = (code: string): code is Code => Object.hasOwn(CODES, code)

/** What is known of a code; undefined for one that this version does not know. */
export function factsOf(code: Code): CodeFacts
export function factsOf(code: string): CodeFacts | undefined
export function factsOf(code: string): CodeFacts | undefined {
  return isCode(code) ? CODES[code] : undefined
}

/** Who has to act; undefined where that is whoever reads it, and for unknown codes. */
export const actorOf = (code: string): Actor | undefined => factsOf(code)?.acts

/** May the same succeed later without anybody acting? */
export const isRetryable = (code: string): boolean => factsOf(code)?.retryable ?? false

/** Status with which the manager answers; 500 for codes that no request is the cause of. */
export const httpStatusOf = (code: string): HttpStatus => factsOf(code)?.http ?? 500

const EXIT_BY_STATUS: Readonly<Partial<Record<HttpStatus, ExitCode>>> = {
  400: 2,
  401: 4,
  403: 4,
  404: 4,
  413: 2,
  422: 2,
  503: 5,
}

/** How the command `alien` ends when it fails with this code. */
export const exitCodeOf = (code: string): ExitCode => factsOf(code)?.exit ?? EXIT_BY_STATUS[httpStatusOf(code)] ?? 1
