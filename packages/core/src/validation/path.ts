const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/

/**
 * A path as text: `resources.api.publicEndpoints[1].hostLabel`. A key that would be ambiguous is quoted in brackets.
 */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`
    const name = String(key)
    if (!PLAIN_KEY.test(name)) return `${text}[${JSON.stringify(name.length > 80 ? `${name.slice(0, 79)}…` : name)}]`
    return text === "" ? name : `${text}.${name}`
  }, "")
