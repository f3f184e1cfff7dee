/** Removes the headers that a `Connection` value names, but never what the gateway depends on itself. */
export function withoutListed(headers: readonly string[], listed: string): string[] {
  const names = new Set(listed.split(",").map((name) => name.trim().toLowerCase()))
  for (const name of ["host", "content-length"]) names.delete(name)
  const kept: string[] = []
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? ""
    if (!names.has(name.toLowerCase())) kept.push(name, headers[index + 1] ?? "")
  }
  return kept
}
