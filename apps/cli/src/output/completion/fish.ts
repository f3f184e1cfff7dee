import type { Flag, Place } from "./model.ts"

/** Completion script for fish 3 and newer. */
export function fishCompletion(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, flags }) => [
    ...commands.map(
      ({ name, summary }) =>
        `complete -c alien -f -n ${condition("__alien_at", path)} -a ${name} -d ${quoted(summary)}`,
    ),
    ...flags.map(
      (flag) =>
        `complete -c alien -n ${condition(path.length === 0 ? "__alien_at" : "__alien_in", path)} ${flagged(flag)}`,
    ),
  ])
  return `# fish completion of alien
function __alien_words
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; or echo $word
  end
end
function __alien_at
  set -l words (__alien_words)
  test "$words" = "$argv"
end
function __alien_in
  set -l words (__alien_words)
  test (count $words) -ge (count $argv); and test "$words[1..(count $argv)]" = "$argv"
end
${lines.join("\n")}
`
}

const condition = (name: string, path: readonly string[]): string => quoted([name, ...path].join(" "))

const flagged = ({ long, short, description, takes }: Flag): string =>
  [
    `-l ${long.slice(2)}`,
    short && `-s ${short}`,
    takes === "file" ? "-r -F" : takes === "value" ? "-x" : "",
    `-d ${quoted(description)}`,
  ]
    .filter(Boolean)
    .join(" ")

/** Quotes a text for fish, where single quotes know two escapes. */
const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
