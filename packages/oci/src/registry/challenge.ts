/** What a registry wants to see before it answers. */
export type Challenge = { scheme: "basic" } | { scheme: "bearer"; realm: string; service?: string; scope?: string }

/** One parameter of a challenge, quoted or not. */
const PARAMETER = /^\s*,?\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))/
const SCHEME = /^\s*,?\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s+(?!=)|(?=,)|$)/

/**
 * Reads `WWW-Authenticate`; of several challenges a token's is preferred, for it says less.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 * @see https://distribution.github.io/distribution/spec/auth/token/#how-to-authenticate
 */
export function parseChallenge(header: string): Challenge | undefined {
  const found: { scheme: string; parameters: Map<string, string> }[] = []
  for (let rest = header; rest.trim() !== ""; ) {
    const parameter = PARAMETER.exec(rest)
    const last = found.at(-1)
    if (parameter && last) {
      const [all, name = "", quoted, plain] = parameter
      last.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "")
      rest = rest.slice(all.length)
      continue
    }
    const scheme = SCHEME.exec(rest)
    if (!scheme) break
    found.push({ scheme: (scheme[1] ?? "").toLowerCase(), parameters: new Map() })
    rest = rest.slice(scheme[0].length)
  }
  const bearer = found.find(({ scheme }) => scheme === "bearer")?.parameters
  const realm = bearer?.get("realm")
  if (bearer && realm) {
    const [service, scope] = [bearer.get("service"), bearer.get("scope")]
    return {
      scheme: "bearer",
      realm,
      ...(service === undefined ? {} : { service }),
      ...(scope === undefined ? {} : { scope }),
    }
  }
  return found.some(({ scheme }) => scheme === "basic") ? { scheme: "basic" } : undefined
}
