/** A value from outside is not what it should be. The message never carries the value. */
export class MalformedError extends Error {}

export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null

/** A copy. @throws Malformed */
export function parseObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw new MalformedError(`${where} is not a JSON object`)
}

/** @throws Malformed when it is empty or no text */
export function parseText(value: unknown, where: string): string {
  if (typeof value === "string" && value !== "") return value
  throw new MalformedError(`${where} is not a text`)
}

/** @throws Malformed */
export function parseUrl(value: unknown, where: string): string {
  if (typeof value === "string" && isUrl(value)) return value
  throw new MalformedError(`${where} is not a URL`)
}

/** `URL.canParse` came with Node 18.17. */
function isUrl(text: string): boolean {
  try {
    return new URL(text).href !== ""
  } catch {
    return false
  }
}
