import { dockerCredentials, Registries } from "@alienplatform/oci"
import type { Context } from "../context.ts"

/** Registries with the credentials that `docker login` keeps. Disposing closes the connections. */
export const openRegistries = ({ env, home, interrupts }: Pick<Context, "env" | "home" | "interrupts">): Registries =>
  new Registries({ credentials: dockerCredentials({ env, home }), signal: interrupts.signal })
