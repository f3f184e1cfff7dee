/** Stands in a plan for a value that is known only in the run. */
export interface Unknown {
  /** Id of the node whose object will have the value. */
  readonly $after: string
}

/** Stands for a secret value: its HMAC under the installation's key. */
export interface Sealed {
  readonly $sealed: string
}

type Scalar = string | number | boolean | bigint | null | undefined

type SentValue<T> =
  | Unknown
  | Sealed
  | (T extends Scalar
      ? T
      : T extends readonly (infer Item)[]
        ? SentValue<Item>[]
        : T extends object
          ? { [K in keyof T]: SentValue<T[K]> }
          : T)

/**
 * Props as verbs see them where a value may be missing: unknown in a plan, or sealed because only its hash is stored.
 * `knownValue` narrows a prop to what it was declared as.
 */
export type Sent<P> = { [K in keyof P]: SentValue<P[K]> }

export const isUnknown = (value: unknown): value is Unknown => hasOnly(value, "$after")

export const isSealed = (value: unknown): value is Sealed => hasOnly(value, "$sealed")

const hasOnly = (value: unknown, key: string): boolean =>
  typeof value === "object" && value !== null && key in value && Object.keys(value).length === 1

/** Does `value`, or any value in it at any depth, satisfy `test`? */
export function contains(value: unknown, test: (value: unknown) => boolean): boolean {
  if (test(value)) return true
  return typeof value === "object" && value !== null && Object.values(value).some((member) => contains(member, test))
}

/** The value with its declared type, or undefined when any part of it is unknown or sealed. */
export const knownValue = <T>(value: SentValue<T> | undefined): T | undefined =>
  contains(value, (member) => isUnknown(member) || isSealed(member)) ? undefined : (value as T)
