/** The network of this machine has no way there: says nothing about the endpoint. */
export const NO_ROUTE: ReadonlySet<string> = new Set(["ENETUNREACH", "EAFNOSUPPORT", "EADDRNOTAVAIL"])

/** When every address of a name refuses, Node throws one error without a message that carries the others. */
export function systemError(error: unknown): { code: string; message: string } {
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const code = typeof first === "object" && first !== null && "code" in first ? `${first.code ?? ""}` : ""
  return { code, message: first instanceof Error ? first.message : String(first) }
}
