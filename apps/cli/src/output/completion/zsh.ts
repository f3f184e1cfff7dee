import { type Flag, type Place, shellQuote } from "./model.ts"

/** Completion script for zsh; works sourced after compinit, and as a file \`_alien\` in fpath. */
export function zshCompletion(places: readonly Place[]): string {
  const groups = places.filter(({ path, commands }) => path.length === 1 && commands.length > 0)
  return `#compdef alien
_alien_ask() {
  local -a found
  found=("\${(@f)$(command alien __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  found=("\${(@)found:#}")
  compadd -a found
}
_alien() {
  local place="" word
  local -a commands
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) continue ;; esac
    case "$place" in
      "") place="$word" ;;
      ${groups.map(({ path }) => shellQuote(path.join(" "))).join("|")}) place="$place $word" ;;
    esac
  done
  case "$place" in
${places.map(caseOf).join("\n")}
    *) _files ;;
  esac
}
if [ "$funcstack[1]" = "_alien" ]; then _alien "$@"; else compdef _alien alien; fi
`
}

function caseOf({ path, commands, flags, asks }: Place): string {
  const lines = [
    ...(commands.length > 0
      ? [
          `commands=(${commands.map(({ name, summary }) => shellQuote(`${name}:${summary.replaceAll(":", "\\:")}`)).join(" ")})`,
          "_describe command commands",
        ]
      : []),
    ...(flags.length > 0
      ? [
          `_arguments -s ${flags.map((flag) => shellQuote(specOf(flag))).join(" ")} '*:argument:${asks ? "_alien_ask" : "_files"}'`,
        ]
      : []),
  ]
  return `    ${shellQuote(path.join(" "))})\n${lines.map((line) => `      ${line}`).join("\n")}\n      ;;`
}

const VALUES = { file: "_files", deployment: "_alien_ask", value: " " } as const

function specOf({ long, description, takes }: Flag): string {
  const text = `${long}[${description.replaceAll(/[[\]:]/g, (character) => `\\${character}`)}]`
  return takes === undefined ? text : `${text}:value:${VALUES[takes]}`
}
