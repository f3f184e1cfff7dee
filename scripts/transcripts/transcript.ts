/** One command of a `console` block, and what the document says it prints. */
export interface TranscriptStep {
  /** The command without `$ `; several lines where one ends in a backslash. */
  command: string
  output: string
}

/** Reads `$ command` lines and the output below each. Throws for a block that does not begin with a command. */
export function parseTranscript(text: string): TranscriptStep[] {
  const said: TranscriptStep[] = []
  for (const line of text.split("\n")) {
    const last = said.at(-1)
    if (line.startsWith("$ ")) said.push({ command: line.slice(2), output: "" })
    else if (!last) throw new Error(`a console block begins with "$ " and a command, not with ${JSON.stringify(line)}`)
    else if (last.output === "" && last.command.endsWith("\\")) last.command += `\n${line}`
    else last.output += `${line}\n`
  }
  return said.map(({ command, output }) => ({ command, output: trimBlanks(output) }))
}

/** Writes a block of commands and outputs, with an empty line after each output but the last. */
export const renderTranscript = (said: readonly TranscriptStep[]): string =>
  said
    .map(({ command, output }, index) => {
      const shown = trimBlanks(output)
      const gap = shown && index < said.length - 1 ? "\n" : ""
      return `$ ${command}\n${shown ? `${shown}\n` : ""}${gap}`
    })
    .join("")

/** Removes empty lines at both ends and blanks at the end of lines. */
const trimBlanks = (output: string): string => output.replace(/[ \t]+$/gm, "").replace(/^\n+|\n+$/g, "")
