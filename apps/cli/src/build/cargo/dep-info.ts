/** Matches `target:` up to the first colon that ends a word; a space within a path is escaped by a backslash. */
const TARGET = /^(?:\\ |[^ ])+?:(?= |$)/

/**
 * Reads the files that a dep-info file of cargo names, as written: make's rules with only spaces escaped.
 * @see https://doc.rust-lang.org/cargo/reference/build-cache.html#dep-info-files
 */
export const readDepInfo = (text: string): string[] =>
  text.split(/\r?\n/).flatMap((line) =>
    line
      .replace(TARGET, "")
      .split(/(?<!\\) +/)
      .filter(Boolean)
      .map((file) => file.replaceAll("\\ ", " ")),
  )
