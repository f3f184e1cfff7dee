export type Schema = Readonly<Record<string, unknown>>

/** Keywords that only describe a value and are not checked. */
const ANNOTATIONS = ["description", "title", "example", "default"]
const CHECKED = [
  ...["$ref", "oneOf", "allOf", "type", "enum", "format", "minimum", "maximum", "maxLength"],
  ...["properties", "required", "additionalProperties", "propertyNames", "items"],
]

/** Resolves a reference `#/components/schemas/…` of the schema's document. */
export type Resolve = (reference: string) => Schema

/**
 * Lists what a JSON Schema refuses in a value, one line each. Knows the keywords that the contract uses and throws for
 * any other one, so that nothing passes because it was not understood.
 */
export function findMistakes(value: unknown, schema: Schema, resolve: Resolve, at = "$"): string[] {
  refuseUnknown(schema, at)
  const again = (part: unknown, of: unknown, where: string) => findMistakes(part, of as Schema, resolve, where)
  const { $ref, oneOf, allOf } = schema
  return [
    ...(typeof $ref === "string" ? again(value, resolve($ref), at) : []),
    ...((allOf as Schema[] | undefined)?.flatMap((one) => again(value, one, at)) ?? []),
    ...(oneOf === undefined ? [] : oneMistake(oneOf as Schema[], (one) => again(value, one, at), at)),
    ...ownMistakes(value, schema, at),
    ...(Array.isArray(value) && schema.items !== undefined
      ? value.flatMap((item, index) => again(item, schema.items, `${at}[${index}]`))
      : []),
    ...(isObject(value) ? memberMistakes(value, schema, again, at) : []),
  ]
}

function oneMistake(branches: readonly Schema[], check: (one: Schema) => string[], at: string): string[] {
  const found = branches.map(check)
  const fitting = found.filter((mistakes) => mistakes.length === 0).length
  if (fitting === 1) return []
  return [`${at}: fits ${fitting} of ${branches.length} forms, not one (${found.flat().join("; ")})`]
}

/** Mistakes of the value itself, without its members. */
function ownMistakes(value: unknown, schema: Schema, at: string): string[] {
  const { type, format, minimum, maximum, maxLength } = schema
  const found: string[] = []
  const types = type === undefined ? undefined : [type].flat()
  if (types && !types.some((one) => hasType(value, String(one))))
    found.push(`${at}: is ${kindOf(value)}, not ${types.join(" or ")}`)
  if (schema.enum !== undefined && !(schema.enum as unknown[]).includes(value))
    found.push(`${at}: is none of ${JSON.stringify(schema.enum)}`)
  if (format === "date-time" && typeof value === "string" && !isTime(value)) found.push(`${at}: is no time of RFC 3339`)
  if (format !== undefined && format !== "int32" && format !== "date-time")
    throw new Error(`${at}: the format ${String(format)} is not known here`)
  if (typeof value === "number") {
    if (format === "int32" && value !== (value | 0)) found.push(`${at}: is no 32-bit integer`)
    if (typeof minimum === "number" && value < minimum) found.push(`${at}: is less than ${minimum}`)
    if (typeof maximum === "number" && value > maximum) found.push(`${at}: is more than ${maximum}`)
  }
  if (typeof value === "string" && typeof maxLength === "number" && [...value].length > maxLength)
    found.push(`${at}: is longer than ${maxLength}`)
  return found
}

type CheckPart = (part: unknown, of: unknown, where: string) => string[]

function memberMistakes(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  again: CheckPart,
  at: string,
): string[] {
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const required = (schema.required ?? []) as string[]
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}.${name}: is missing`)
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (Object.hasOwn(properties, name)) return again(member, properties[name], `${at}.${name}`)
    const { additionalProperties = true, propertyNames } = schema
    const named = propertyNames === undefined ? [] : again(name, propertyNames, `${at}.${name}`)
    if (additionalProperties === false) return [...named, `${at}.${name}: is not known`]
    return additionalProperties === true ? named : [...named, ...again(member, additionalProperties, `${at}.${name}`)]
  })
  return [...missing, ...members]
}

function refuseUnknown(schema: Schema, at: string): void {
  if (!isObject(schema)) throw new Error(`${at}: ${JSON.stringify(schema)} is no schema that is known here`)
  const unknown = Object.keys(schema).filter((keyword) => ![...CHECKED, ...ANNOTATIONS].includes(keyword))
  if (unknown.length > 0) throw new Error(`${at}: the keywords ${unknown.join(", ")} are not known here`)
}

function hasType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value)
  if (["null", "array", "object", "string", "number", "boolean"].includes(type)) return kindOf(value) === type
  throw new Error(`the type ${type} is not known here`)
}

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : value === undefined ? "nothing" : typeof value

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => kindOf(value) === "object"

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
