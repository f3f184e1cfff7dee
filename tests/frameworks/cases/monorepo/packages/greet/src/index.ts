import { readFileSync } from "node:fs"

/** Greets with the words of a file in this package. */
export const greet = (name: string): string =>
  readFileSync(new URL("../words.txt", import.meta.url), "utf8")
    .trim()
    .replace("NAME", name)
