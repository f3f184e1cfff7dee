type Version = readonly [number, number, number]

/**
 * Does a version (`20.0.0`) satisfy a range as packages write it in `engines`: comparators, `^`, `~`, `x`, partial
 * versions, hyphen ranges, `||`? Pre-releases are not looked at. Throws for what it cannot read.
 */
export function satisfies(version: string, range: string): boolean {
  const [found] = parsePartial(version)
  return range.split("||").some((alternative) => comparators(alternative).every((accepts) => accepts(found)))
}

type Comparator = (version: Version) => boolean

function comparators(alternative: string): Comparator[] {
  const hyphen = alternative.match(/^\s*(\S+)\s+-\s+(\S+)\s*$/)
  if (hyphen) return [comparator(">=", hyphen[1] ?? ""), comparator("<=", hyphen[2] ?? "")]
  return [...alternative.matchAll(/(>=|<=|>|<|=|\^|~)?\s*v?([^\s<>=^~]+)/g)].map(([, operator = "", text = ""]) =>
    comparator(operator, text),
  )
}

function comparator(operator: string, text: string): Comparator {
  const [from, given] = parsePartial(text)
  // The first version after all those that a partial version stands for.
  const after = given === 0 ? undefined : raiseVersion(from, given - 1)
  const atLeast: Comparator = (version) => compare(version, from) >= 0
  const below =
    (end: Version | undefined): Comparator =>
    (version) =>
      end === undefined || compare(version, end) < 0
  const both = (end: Version | undefined): Comparator => {
    const under = below(end)
    return (version) => atLeast(version) && under(version)
  }
  switch (operator) {
    case ">=":
      return atLeast
    case ">":
      return (version) => !below(after)(version)
    case "<":
      return below(from)
    case "<=":
      return below(after)
    case "~":
      return both(given === 0 ? undefined : raiseVersion(from, Math.min(given - 1, 1)))
    case "^": {
      const first = from.findIndex((part) => part > 0)
      return both(given === 0 ? undefined : raiseVersion(from, first < 0 ? given - 1 : Math.min(first, given - 1)))
    }
    default:
      return both(after)
  }
}

/** The version, and how many of its parts were given: `18.x` is 18.0.0 and 1, `*` is 0. */
function parsePartial(text: string): [Version, number] {
  if (!/^(?:\d+|[xX*])(?:\.(?:\d+|[xX*])){0,2}(?:[-+][\w.+-]+)?$/.test(text))
    throw new Error(`${text} is not a version that this check understands`)
  const parts = text.replace(/[-+].*$/, "").split(".")
  const wild = parts.findIndex((part) => /^[xX*]$/.test(part))
  const numbers = (wild < 0 ? parts : parts.slice(0, wild)).map(Number)
  const [major = 0, minor = 0, patch = 0] = numbers
  return [[major, minor, patch], numbers.length]
}

const raiseVersion = (version: Version, at: number): Version => {
  const [major, minor, patch] = version
  return at === 0 ? [major + 1, 0, 0] : at === 1 ? [major, minor + 1, 0] : [major, minor, patch + 1]
}

const compare = (left: Version, right: Version): number =>
  left[0] - right[0] || left[1] - right[1] || left[2] - right[2]
