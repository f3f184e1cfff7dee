import type { OpenApiDocument } from "./document.ts"
import type { Schema } from "./json-schema.ts"

/** A schema with the document that its references point into. */
export interface SchemaInDocument {
  schema: Schema
  document: OpenApiDocument
}

/**
 * Lists where a request schema of ours asks for more than the published one: members that only ours requires, and null
 * where only theirs accepts it. Members of both are compared recursively, as far as one form of each is an object or
 * list.
 */
export function findNarrowings(ours: SchemaInDocument, theirs: SchemaInDocument, at = "$"): string[] {
  const [own, published] = [formsOf(ours), formsOf(theirs)]
  const takesNull = (forms: readonly Schema[]) =>
    forms.some(({ type }) => type === undefined || [type].flat().includes("null"))
  const nulls = takesNull(published) && !takesNull(own) ? [`${at}: takes no null`] : []
  const [ownForm, theirForm] = [onlyForm(own), onlyForm(published)]
  if (!ownForm || !theirForm) return nulls
  const inOurs = (schema: Schema) => ({ ...ours, schema })
  const inTheirs = (schema: Schema) => ({ ...theirs, schema })
  const required = (ownForm.required ?? []) as string[]
  const asked = (theirForm.required ?? []) as string[]
  const members = Object.entries((theirForm.properties ?? {}) as Record<string, Schema>).flatMap(([name, member]) => {
    const own = ((ownForm.properties ?? {}) as Record<string, Schema>)[name]
    if (own) return findNarrowings(inOurs(own), inTheirs(member), `${at}.${name}`)
    return ownForm.additionalProperties === false ? [`${at}.${name}: is not known`] : []
  })
  const items =
    ownForm.items && theirForm.items
      ? findNarrowings(inOurs(ownForm.items as Schema), inTheirs(theirForm.items as Schema), `${at}[]`)
      : []
  const more = required.filter((name) => !asked.includes(name)).map((name) => `${at}.${name}: is required`)
  return [...nulls, ...more, ...members, ...items]
}

/** The alternatives of a schema, references and unions resolved. */
function formsOf({ schema, document }: SchemaInDocument): Schema[] {
  if (typeof schema.$ref === "string") return formsOf({ schema: resolveReference(document, schema.$ref), document })
  const union = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined
  return union ? union.flatMap((one) => formsOf({ schema: one, document })) : [schema]
}

/** The only form that is not null; undefined where there are several. */
function onlyForm(forms: readonly Schema[]): Schema | undefined {
  const rest = forms.filter(({ type }) => type !== "null")
  return rest.length === 1 ? rest[0] : undefined
}

/** Resolves a reference; throws where it leads to nothing. */
export function resolveReference({ components }: OpenApiDocument, reference: string): Schema {
  const found = components?.schemas?.[reference.replace("#/components/schemas/", "")]
  if (!found) throw new Error(`${reference} is not in the document`)
  return found
}
