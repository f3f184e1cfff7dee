/** How to show a registry who asks. */
export type Credentials =
  | { kind: "password"; username: string; password: string }
  /** A refresh token that the token service exchanges. */
  | { kind: "identity"; token: string }
  /** A token that the registry itself takes. */
  | { kind: "bearer"; token: string }

/** Finds credentials for a registry, by its name in references. Undefined: ask without. */
export type CredentialSource = (registry: string) => Promise<Credentials | undefined>
