import { codeOf, problem } from "@alienplatform/core/error"

/** Says of a refusal that no token was sent, which the manager cannot tell from a wrong one; throws anything else as it is. */
export const sayNoToken =
  (url: string) =>
  (error: unknown): never => {
    if (codeOf(error) !== "unauthorized") throw error
    throw problem("unauthorized", {
      message: `no token is known for ${url}, so none was sent, and it takes no request without one`,
      hint: `get one: alien login ${url}; or give it with --token, or with ALIEN_TOKEN beside ALIEN_MANAGER_URL`,
      cause: error,
    })
  }
