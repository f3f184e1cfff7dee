import { type Place, shellQuote } from "./model.ts"

/** Completion script for bash 3.2 and newer, without bash-completion. */
export function bashCompletion(places: readonly Place[]): string {
  const groups = places.filter(({ path, commands }) => path.length === 1 && commands.length > 0)
  const files = new Set(
    places.flatMap(({ flags }) => flags.filter(({ takes }) => takes === "file")).map(({ long }) => long),
  )
  const values = new Set(
    places.flatMap(({ flags }) => flags.filter(({ takes }) => takes === "value")).map(({ long }) => long),
  )
  const asking = places.filter(({ asks }) => asks).map(({ path }) => shellQuote(path.join(" ")))
  return `# bash completion of alien
# What a manager says goes into COMPREPLY word by word: compgen would expand what is in it.
_alien_ask() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    if [[ "$word" == "$current"* ]]; then COMPREPLY+=("$word"); fi
  done < <(command alien __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null)
}
_alien() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word index
  case "$previous" in
    ${[...files].join("|")}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --deployment) _alien_ask; return ;;
    ${[...values].join("|")}) COMPREPLY=(); return ;;
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in -*) continue ;; esac
    case "$path" in
      "") path="$word" ;;
      ${groups.map(({ path }) => shellQuote(path.join(" "))).join("|")}) path="$path $word" ;;
    esac
  done
  case "$path" in
${places.map((place) => `    ${shellQuote(place.path.join(" "))}) words=${shellQuote(wordsOf(place))} ;;`).join("\n")}
  esac
  case "$path" in
    ${asking.join("|")})
      if [[ "$current" != -* ]]; then
        _alien_ask
        if ((\${#COMPREPLY[@]})); then return; fi
      fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _alien alien
`
}

const wordsOf = ({ commands, flags }: Place): string =>
  [...commands.map(({ name }) => name), ...flags.map(({ long }) => long)].join(" ")
