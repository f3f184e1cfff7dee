import type { ResponseHead } from "./response-headers.ts"

/**
 * May content follow the head of this answer? Where not, its fields may announce some all the same (RFC 9110 sections
 * 6.4.1 and 15.3.6), and parsers that go by them wait for ever: undici with 204 and 304, Node with 204.
 */
export const hasContent = (method: string, status: number): boolean =>
  method !== "HEAD" && status !== 204 && status !== 205 && status !== 304

/**
 * The head of an answer without content. `Content-Length` tells with HEAD and 304 what GET would have, is forbidden
 * with 204, and frames a 205, which has a body of no bytes (RFC 9110 section 8.6, RFC 9112 section 6.3).
 */
export function withoutContent(status: number, head: ResponseHead): ResponseHead {
  const { headers, upgrade } = head
  // Trailers come behind content.
  const trailer = undefined
  if (status !== 204 && status !== 205) return { headers, trailer, upgrade }
  const kept: string[] = []
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? ""
    if (name.toLowerCase() !== "content-length") kept.push(name, headers[index + 1] ?? "")
  }
  if (status === 205) kept.push("content-length", "0")
  return { headers: kept, trailer, upgrade }
}
