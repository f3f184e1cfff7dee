import type { BorrowedType, EnsureType, LookupType, ObjectType } from "./node-type.ts"
import type { ObjectTraits } from "./traits.ts"

/** Declares a type of objects that we create. */
export const defineNode = <P extends object, A extends object, C>(
  definition: Omit<ObjectType<P, A, C>, "kind">,
): ObjectType<P, A, C> => ({ kind: "object", ...definition })

/** Declares something of the customer's that is only read: a certificate, a VPC, a Key Vault entry. */
export const defineLookup = <P extends object, A extends object, C>(
  definition: Omit<LookupType<P, A, C>, "kind">,
): LookupType<P, A, C> => ({ kind: "lookup", ...definition })

/** Declares a lookup whose read is a probe; the switch to a new version depends on it. */
export const defineGate = <P extends object, A extends object, C>(
  definition: Omit<LookupType<P, A, C>, "kind">,
): LookupType<P, A, C> => ({ kind: "gate", ...definition })

/** Declares something that is created where it is missing and never deleted, like an API that must be enabled. */
export const defineEnsure = <P extends object, A extends object, C>(
  definition: Omit<EnsureType<P, A, C>, "kind">,
): EnsureType<P, A, C> => ({ kind: "ensure", ...definition })

/** Declares a customer's shared object of which single entries are ours. */
export const defineBorrowed = <P extends object, A extends object, C>(
  definition: Omit<BorrowedType<P, A, C>, "kind">,
): BorrowedType<P, A, C> => ({ kind: "borrowed", ...definition })

/** Traits that hold for all objects of a provider unless a type says otherwise. */
// biome-ignore lint/suspicious/noExplicitAny: props and attributes are those of each type.
type Common<C> = Omit<ObjectTraits<any, any, C>, "identity"> & Pick<ObjectType<any, any, C>, "unmark" | "poll">

/** Makes a `defineNode` that adds traits which all types of a provider share. */
export const defineNodeWith =
  <Context>(common: Partial<Common<Context>>) =>
  <P extends object, A extends object, C extends Context = Context>(
    definition: Omit<ObjectType<P, A, C>, "kind">,
  ): ObjectType<P, A, C> =>
    Object.assign({ kind: "object" as const }, common, definition)
