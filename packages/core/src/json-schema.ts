import { z } from "zod"
import { StackSettings } from "./settings/schema.ts"
import { StackConfig } from "./stack/config.ts"
import { acceptedSchema } from "./validation/not-built.ts"

/** JSON Schema (draft 2020-12) of a stack as people write it: members with a default may be left out. */
export const stackJsonSchema = (): Record<string, unknown> => schemaOf(StackConfig, "Stack")

/** JSON Schema (draft 2020-12) of stack settings as people write them. */
export const stackSettingsJsonSchema = (): Record<string, unknown> => schemaOf(StackSettings, "Stack settings")

const schemaOf = (schema: z.ZodType, title: string): Record<string, unknown> => ({
  ...z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      const taken = acceptedSchema(zodSchema)
      if (!taken) return
      const { $schema: _, ...inner } = z.toJSONSchema(taken, { target: "draft-2020-12", io: "input" })
      Object.assign(jsonSchema, inner)
    },
  }),
  title,
})
