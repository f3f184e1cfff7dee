/** Of the longest name of a deployment. */
const MAX_LENGTH = 40
const FALLBACK = "my-app"

/** A name for a stack and its package, made of the folder's: lower case letters, digits and `-`, beginning with a letter. */
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
