/**
 * What a customer fills in, as the published API declares it. A stack may be written with it; `Stack.inputs` refuses it
 * (`not_supported`), because the customer gives environment variables to a deployment here.
 */
interface InputOptions {
  providedBy: string | readonly string[]
  required: boolean
  label: string
  description: string
  [option: string]: unknown
}

type InputKind = "string" | "secret" | "number" | "integer" | "boolean" | "enum" | "stringList"

interface InputDraft {
  readonly kind: InputKind
  readonly options: InputOptions
}

export interface StackInputRef {
  readonly id: string
  readonly kind: InputKind
}

/** Declares inputs by their ids. */
export const inputs = <const D extends Readonly<Record<string, InputDraft>>>(
  drafts: D,
): { readonly [Id in keyof D]: StackInputRef } =>
  Object.fromEntries(Object.entries(drafts).map(([id, { kind }]) => [id, { id, kind }])) as {
    [Id in keyof D]: StackInputRef
  }

const draftOf =
  (kind: InputKind) =>
  (options: InputOptions): InputDraft => ({ kind, options })

const enumDraft = (values: readonly [string, ...string[]], options: InputOptions): InputDraft => ({
  kind: "enum",
  options: { ...options, values },
})

const [string, secret, number] = [draftOf("string"), draftOf("secret"), draftOf("number")]
const [integer, boolean, stringList] = [draftOf("integer"), draftOf("boolean"), draftOf("stringList")]

export { boolean, enumDraft as enum, integer, number, secret, string, stringList }
