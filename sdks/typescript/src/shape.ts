/** Thrown for a value from outside that is not as expected. The message never contains the value. */
export class MalformedError extends Error {}

export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null

/** Copies a value that must be an object. @throws MalformedError */
export function parseObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw new MalformedError(`${where} is not a JSON object`)
}

/** Reads a text that must not be empty. @throws MalformedError */
export function parseText(value: unknown, where: string): string {
  if (typeof value === "string" && value !== "") return value
  throw new MalformedError(`${where} is not a text`)
}

/** Reads a URL. @throws MalformedError */
export function parseUrl(value: unknown, where: string): string {
  if (typeof value === "string" && isUrl(value)) return value
  throw new MalformedError(`${where} is not a URL`)
}

/** Is the text a URL? (`URL.canParse` needs Node 18.17.) */
function isUrl(text: string): boolean {
  try {
    return new URL(text).href !== ""
  } catch {
    return false
  }
}
