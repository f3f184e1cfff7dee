/** A message whose signature is right. */
export interface Delivery {
  /** What the sender calls the event; the same when it sends it again. */
  event: string
  /** Of this message: the same only when the very same bytes come twice. */
  signature: string
}

/** @throws Refused */
export type Verify = (message: { body: Uint8Array; headers: Headers; secret: string; now: number }) => Delivery

/** The request is not taken. `code` goes into the answer. */
export class Refused extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const TOLERANCE_SECONDS = 300

/**
 * @param timestamp seconds since 1970, as the header says
 * @param now milliseconds since 1970
 */
export function refuseStale(timestamp: string, now: number): void {
  if (!/^\d{1,12}$/.test(timestamp))
    throw new Refused(400, "timestamp_malformed", "the timestamp is not a number of seconds")
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS)
    throw new Refused(401, "timestamp_stale", `the timestamp is more than ${TOLERANCE_SECONDS} s from now`)
}

export function header(headers: Headers, name: string): string {
  const value = headers.get(name)
  if (!value) throw new Refused(401, "header_missing", `the header ${name} is missing`)
  return value
}

export const signatureWrong = () =>
  new Refused(401, "signature_wrong", "the signature does not fit the body and the secret")

/** A text member of a JSON body; undefined for any other body. */
export function member(body: Uint8Array, name: string): string | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(body))?.[name]
    return typeof value === "string" ? value : undefined
  } catch {
    return undefined
  }
}
