import { type Place, quoted } from "./model.ts"

/** Completion script for bash 3.2 and newer, without bash-completion. */
export function bashCompletion(places: readonly Place[]): string {
  const groups = places.filter(({ path, commands }) => path.length === 1 && commands.length > 0)
  const files = new Set(
    places.flatMap(({ flags }) => flags.filter(({ takes }) => takes === "file")).map(({ long }) => long),
  )
  const values = new Set(
    places.flatMap(({ flags }) => flags.filter(({ takes }) => takes === "value")).map(({ long }) => long),
  )
  return `# bash completion of alien
_alien() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word index
  case "$previous" in
    ${[...files].join("|")}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${[...values].join("|")}) COMPREPLY=(); return ;;
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in -*) continue ;; esac
    case "$path" in
      "") path="$word" ;;
      ${groups.map(({ path }) => quoted(path.join(" "))).join("|")}) path="$path $word" ;;
    esac
  done
  case "$path" in
${places.map((place) => `    ${quoted(place.path.join(" "))}) words=${quoted(wordsOf(place))} ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _alien alien
`
}

const wordsOf = ({ commands, flags }: Place): string =>
  [...commands.map(({ name }) => name), ...flags.map(({ long }) => long)].join(" ")
