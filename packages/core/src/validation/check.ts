import { z } from "zod"
import { type Code, isCode } from "../codes/codes.ts"
import type { Violation } from "../error.ts"
import { didYouMean } from "./nearest.ts"
import { pathText } from "./path.ts"
import { shownValue, valueKind } from "./seen.ts"

type Issue = z.core.$ZodIssue

/** A mistake whose path is still a list of keys, so that callers may change it. */
export interface Found extends Omit<Violation, "path"> {
  path: readonly PropertyKey[]
}

export type Checked<T> = { data: T; found: readonly [] } | { data: undefined; found: readonly Found[] }

/**
 * Parses a value with a schema and describes every mistake: a code, the value seen, the nearest known key. A schema for
 * secret values gives its own `error` text, which is used unchanged.
 */
export function check<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const source: Source = { value, keys: new WeakMap(), members: new WeakMap() }
  const result = schema.safeParse(value, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject)
        source.keys.set(issue.keys, Object.keys(issue.inst.shape))
      if (issue.code === "invalid_key" && issue.inst instanceof z.ZodRecord)
        source.members.set(issue.issues, issue.inst.valueType)
      return describe(issue)
    },
  })
  if (result.success) return { data: result.data, found: [] }
  return { data: undefined, found: result.error.issues.flatMap((issue) => flatten(issue, [], source)) }
}

/** Facts about issues that zod does not put into them. */
interface Source {
  value: unknown
  /** Known keys of the object that has an unknown one. */
  keys: WeakMap<object, string[]>
  /** Schema of the member whose key is wrong; zod leaves that member unchecked. */
  members: WeakMap<object, z.core.$ZodType>
}

export const violationOf = ({ path, code, message }: Found): Violation => ({
  path: pathText(path) || "(root)",
  code,
  message,
})

function flatten(issue: Issue, base: readonly PropertyKey[], source: Source): Found[] {
  const path = [...base, ...issue.path]
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (key): Found => ({
        path: [...path, key],
        code: "key_unknown",
        message: `is not known here${didYouMean(key, source.keys.get(issue.keys) ?? [])}`,
      }),
    )
  if (issue.code === "invalid_key") {
    const member = source.members.get(issue.issues)
    const inside = member instanceof z.ZodType ? check(member, valueAt(source.value, path)).found : []
    return [
      ...issue.issues.map((inner) => ({ path, code: codeFor(inner), message: inner.message })),
      ...inside.map((found) => ({ ...found, path: [...path, ...found.path] })),
    ]
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0)
    return closestIssues(issue.errors).flatMap((inner) => flatten(inner, path, source))
  return [{ path, code: codeFor(issue), message: issue.message }]
}

/** What stands at a path; undefined where nothing does. */
export const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce(
    (inner: unknown, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )

/** Issues of the union's shape that was probably meant: of the value's kind, with the fewest mistakes. */
function closestIssues(options: Issue[][]): Issue[] {
  const wrongKind = (issues: Issue[]) =>
    issues.some(({ code, path }) => code === "invalid_type" && path.length === 0) ? 1 : 0
  const [best = []] = [...options].sort((a, b) => wrongKind(a) - wrongKind(b) || a.length - b.length)
  return best
}

/** The code of an issue; a schema with a rule of its own names it in `params.code`. */
function codeFor(issue: Issue): Code {
  const named: unknown = issue.code === "custom" ? issue.params?.code : undefined
  if (typeof named === "string" && isCode(named)) return named
  switch (issue.code) {
    case "invalid_type":
      return issue.message === REQUIRED ? "value_missing" : "type_wrong"
    case "invalid_union":
    case "invalid_value":
      return issue.message === REQUIRED ? "value_missing" : "value_unknown"
    case "too_small":
    case "too_big":
      return "out_of_range"
    default:
      return "value_malformed"
  }
}

const REQUIRED = "is required"
const UNITS = new Map([
  ["string", " characters"],
  ["array", " items"],
])

function describe(issue: z.core.$ZodRawIssue): string | undefined {
  const missing = issue.input === undefined
  switch (issue.code) {
    case "invalid_type": {
      if (missing) return REQUIRED
      const wanted = ({ int: "a whole number", record: "an object", array: "a list" } as Record<string, string>)[
        issue.expected
      ]
      const number = typeof issue.input === "number" && issue.expected !== "string"
      return `must be ${wanted ?? article(issue.expected)}, is ${number ? shownValue(issue.input) : valueKind(issue.input)}`
    }
    case "invalid_value":
      return missing ? REQUIRED : notOneOf(issue.input, issue.values)
    case "invalid_union": {
      const tag = issue.discriminator
      if (typeof tag !== "string" || typeof issue.input !== "object" || issue.input === null) return undefined
      const value: unknown = Reflect.get(issue.input, tag)
      return value === undefined ? REQUIRED : notOneOf(value, Array.isArray(issue.options) ? issue.options : [])
    }
    case "too_small":
    case "too_big": {
      const [word, bound] =
        issue.code === "too_small" ? (["at least", issue.minimum] as const) : (["at most", issue.maximum] as const)
      const unit = UNITS.get(issue.origin) ?? ""
      const has =
        typeof issue.input === "string" || Array.isArray(issue.input) ? issue.input.length : shownValue(issue.input)
      return `must be ${word} ${bound}${unit}, is ${has}`
    }
    default:
      return undefined
  }
}

function notOneOf(value: unknown, options: readonly unknown[]): string {
  const names = options.map((option) => (typeof option === "string" ? option : JSON.stringify(option)))
  const hint = typeof value === "string" ? didYouMean(value, names) : ""
  return `must be ${names.length === 1 ? names[0] : `one of ${names.join(", ")}`}, is ${shownValue(value)}${
    hint.includes("did you mean") ? hint : ""
  }`
}

const article = (noun: string) => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`
