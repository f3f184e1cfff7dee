/** Length of the longest name of a deployment. */
const MAX_LENGTH = 40
const FALLBACK = "my-app"

/**
 * Makes a name for a stack and its package from the folder's: lower-case letters, digits and `-`, beginning with a
 * letter.
 */
export function projectName(folder: string): string {
  const name = folder
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, MAX_LENGTH)
    .replace(/-+$/, "")
  return name || FALLBACK
}
