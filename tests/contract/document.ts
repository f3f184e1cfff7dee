import type { Schema } from "./json-schema.ts"

interface Content {
  content?: Record<string, { schema?: Schema }>
}

export interface Operation {
  parameters?: { name: string; in: string }[]
  requestBody?: Content
  responses: Record<string, Content>
}

/** Members of an OpenAPI 3.1 document that are compared. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

export const schemaOf = (content: Content | undefined): Schema | undefined =>
  content?.content?.["application/json"]?.schema

/** All operations of a document, with names like `POST /v1/releases`. */
export const operationsOf = ({ paths }: OpenApiDocument): { name: string; operation: Operation }[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  )

/** Finds the operation of a request; a path without parameters comes before one with them. */
export function operationFor(document: OpenApiDocument, method: string, asked: string) {
  const pattern = (name: string) => new RegExp(`^${name.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`)
  const request = `${method} ${asked.split("?")[0]}`
  const fitting = operationsOf(document).filter(({ name }) => pattern(name).test(request))
  return fitting.find(({ name }) => name === request) ?? fitting[0]
}
