declare const held: unique symbol

/** A column of JSON text, with the type of the value that was written to it. */
export type JsonText<T> = string & { readonly [held]: T }

export const toJson = <T>(value: T): JsonText<T> => JSON.stringify(value) as JsonText<T>
/** Trusts what is stored: whatever came from outside was checked before it was written. */
export const fromJson = <T>(text: JsonText<T>): T => JSON.parse(text)

export const toJsonOrNull = <T>(value: T | null): JsonText<T> | null => (value === null ? null : toJson(value))
export const fromJsonOrNull = <T>(text: JsonText<T> | null): T | null => (text === null ? null : fromJson(text))
