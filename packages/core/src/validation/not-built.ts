import { z } from "zod"
import type { Code } from "../codes/codes.ts"

/** The schema that a not-built member has in the JSON Schema, by its own schema. */
const ACCEPTED = new WeakMap<z.core.$ZodType, z.ZodType>()

/**
 * Declares a member of the published API that is not built here. A value that asks for nothing is accepted; any other
 * is refused once, however much it contains.
 * @param nothing accepts the values that ask for nothing: `z.literal(false)`
 */
export function notBuilt(nothing: z.ZodType, { code, message }: { code: Code; message: string }): z.ZodUnknown {
  const schema = z.unknown().refine((value) => nothing.safeParse(value).success, { error: message, params: { code } })
  ACCEPTED.set(schema, nothing)
  return schema
}

/** Turns a not-built member into one that is dropped when parsed: documents with and without it are equal. */
export const droppedMember = (schema: z.ZodUnknown) => schema.transform(() => undefined).optional()

/** The values that a schema of `notBuilt` accepts; undefined for all other schemas. */
export const acceptedSchema = (schema: z.core.$ZodType): z.ZodType | undefined => ACCEPTED.get(schema)

/** The empty list, which asks for nothing wherever it stands. */
export const NO_ITEMS = z.array(z.never()).max(0)
export const NO_MEMBERS = z.strictObject({})
