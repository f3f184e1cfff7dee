/** `target:`, up to the first colon that ends a word; a space that belongs to a path has a backslash before it. */
const TARGET = /^(?:\\ |[^ ])+?:(?= |$)/

/**
 * The files that a dep-info file of cargo names, as they stand there: make's rules without anything but such spaces.
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
