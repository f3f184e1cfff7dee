import { problem } from "@alienplatform/core/error"

interface Compared {
  /** Address of the manager. */
  url: string
  /** `ins_…`, as the token says it. */
  expected: string
  /** As the manager says it. */
  observed: unknown
}

/** Throws `token_of_other_installation` where the manager is not of the installation that gave the token. */
export function refuseOtherInstallation({ url, expected, observed }: Compared): void {
  if (observed === expected) return
  const named = typeof observed === "string" ? observed : null
  throw problem("token_of_other_installation", {
    message: `${url} is the manager of ${named ?? "an installation that it does not name"}, and the token is one of ${expected}; it was not sent`,
    hint: `start the manager of ${expected} (alien serve --data DIRECTORY), name its address with --manager, or get a token of this one: alien login ${url}`,
    context: { url, expected, observed: named },
  })
}
