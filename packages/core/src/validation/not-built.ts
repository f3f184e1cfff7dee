import { z } from "zod"

/** What the JSON Schema says of a member that is not built, by its schema. */
const ACCEPTED = new WeakMap<z.core.$ZodType, z.ZodType>()

/**
 * A member of the published API that is not built here. A value that asks for nothing is taken; every other is refused,
 * once, however much stands in it.
 * @param nothing takes the values that ask for nothing: `z.literal(false)`
 */
export function notBuilt(nothing: z.ZodType, { code, message }: { code: string; message: string }): z.ZodUnknown {
  const schema = z.unknown().refine((value) => nothing.safeParse(value).success, { error: message, params: { code } })
  ACCEPTED.set(schema, nothing)
  return schema
}

/** The same for a member that leaves no trace: with and without it is the same document. */
export const droppedMember = (schema: z.ZodUnknown) => schema.transform(() => undefined).optional()

/** What a schema of `notBuilt` takes; nothing for all others. */
export const acceptedSchema = (schema: z.core.$ZodType): z.ZodType | undefined => ACCEPTED.get(schema)

/** The empty list and the empty object, which ask for nothing wherever they stand. */
export const NO_ITEMS = z.array(z.never()).max(0)
export const NO_MEMBERS = z.strictObject({})
