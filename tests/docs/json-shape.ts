const MORE = "…"

/**
 * Lists where a JSON answer differs from what a document shows. In a document a member `"…"`, or an item `"…"` at the
 * end of a list, stands for everything left out; a text that ends in `…` stands for any that begins with it.
 */
export function differences(shown: unknown, real: unknown, path = "$"): string[] {
  if (Array.isArray(shown) && Array.isArray(real)) return listDifferences(shown, real, path)
  if (isObject(shown) && isObject(real)) return memberDifferences(shown, real, path)
  if (typeof shown === "string" && typeof real === "string" && shown.endsWith(MORE))
    return real.startsWith(shown.slice(0, -1)) ? [] : [`${path} begins with ${shown}, and is ${JSON.stringify(real)}`]
  return Object.is(shown, real) ? [] : [`${path} is shown as ${JSON.stringify(shown)}, and is ${JSON.stringify(real)}`]
}

function listDifferences(shown: readonly unknown[], real: readonly unknown[], path: string): string[] {
  const open = shown.at(-1) === MORE
  const items = open ? shown.slice(0, -1) : shown
  const fits = open ? real.length >= items.length : real.length === items.length
  const length = fits ? [] : [`${path} is shown with ${items.length} items, and has ${real.length}`]
  return [...length, ...items.flatMap((item, index) => differences(item, real[index], `${path}[${index}]`))]
}

type Members = Readonly<Record<string, unknown>>

function memberDifferences({ [MORE]: more, ...shown }: Members, real: Members, path: string): string[] {
  const hidden = Object.keys(real).filter((name) => !Object.hasOwn(shown, name))
  const left = more === undefined && hidden.length > 0 ? [`${path} has ${hidden.join(", ")} too`] : []
  const each = Object.entries(shown).flatMap(([name, value]) =>
    Object.hasOwn(real, name)
      ? differences(value, real[name], `${path}.${name}`)
      : [`${path}.${name} is shown, and is not there`],
  )
  return [...left, ...each]
}

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value)
