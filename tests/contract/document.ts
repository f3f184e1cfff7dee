import type { Schema } from "./json-schema.ts"

interface Content {
  content?: Record<string, { schema?: Schema }>
}

export interface Operation {
  parameters?: { name: string; in: string }[]
  requestBody?: Content
  responses: Record<string, Content>
}

/** As much of OpenAPI 3.1 as is compared. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

export const schemaOf = (content: Content | undefined): Schema | undefined =>
  content?.content?.["application/json"]?.schema

/** Every operation of a document as `POST /v1/releases`. */
export const operationsOf = ({ paths }: OpenApiDocument): { name: string; operation: Operation }[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  )

/** The operation that a request belongs to; a path without parameters comes before one that has them. */
export function operationFor(document: OpenApiDocument, method: string, asked: string) {
  const pattern = (name: string) => new RegExp(`^${name.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`)
  const request = `${method} ${asked.split("?")[0]}`
  const fitting = operationsOf(document).filter(({ name }) => pattern(name).test(request))
  return fitting.find(({ name }) => name === request) ?? fitting[0]
}
