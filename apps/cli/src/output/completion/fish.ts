import type { Flag, Place } from "./model.ts"

/** Completion script for fish 3 and newer. */
export function fishCompletion(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, flags, asks }) => [
    ...commands.map(
      ({ name, summary }) =>
        `complete -c alien -f -n ${condition("__alien_at", path)} -a ${name} -d ${fishQuote(summary)}`,
    ),
    ...(asks ? [`complete -c alien -f -n ${condition("__alien_in", path)} -a '(__alien_ask)'`] : []),
    ...flags.map(
      (flag) =>
        `complete -c alien -n ${condition(path.length === 0 ? "__alien_at" : "__alien_in", path)} ${flagWords(flag)}`,
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
  set -l depth (count $argv)
  test (count $words) -ge $depth; and test "$words[1..$depth]" = "$argv"
end
function __alien_ask
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  command alien __complete $before[2..-1] "$current" 2>/dev/null </dev/null
end
${lines.join("\n")}
`
}

const condition = (name: string, path: readonly string[]): string => fishQuote([name, ...path].join(" "))

const VALUES = { file: "-r -F", deployment: "-x -a '(__alien_ask)'", value: "-x" } as const

const flagWords = ({ long, short, description, takes }: Flag): string =>
  [`-l ${long.slice(2)}`, short && `-s ${short}`, takes && VALUES[takes], `-d ${fishQuote(description)}`]
    .filter(Boolean)
    .join(" ")

/** Quotes a text for fish, where single quotes know two escapes. */
const fishQuote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
