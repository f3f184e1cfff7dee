import { type CommandDefinition, type CommandGroup, isGroup } from "@alienplatform/cli/command"
import { SECTIONS } from "@alienplatform/cli/commands"

const COMMANDS = /(?<=<!-- commands -->\n)[\s\S]*?(?=<!-- end of commands -->)/

/** Replaces the list of commands between the page's marks by today's. Throws when it has no marks. */
export function commandPage(document: string): string {
  if (!COMMANDS.test(document)) throw new Error("docs/cli.md has no <!-- commands --> … <!-- end of commands -->")
  const tables = SECTIONS.map(({ title, commands }) => `\n### ${title}\n\n${table(commands.flatMap(rowsOf))}\n`)
  return document.replace(COMMANDS, () => `${tables.join("")}\n`)
}

function rowsOf(entry: CommandDefinition | CommandGroup): [command: string, summary: string][] {
  if (isGroup(entry)) return entry.commands.map((command) => row(command, `${entry.name} `))
  return [row(entry)]
}

function row({ name, arguments: given, summary, passesOn }: CommandDefinition, group = ""): [string, string] {
  const words = [...given.map(([notation]) => notation), ...(passesOn ? [`[-- ${passesOn}]`] : [])]
    .map((word) => ` ${word}`)
    .join("")
  return [`\`alien ${group}${name}${words}\``, summary]
}

const table = (rows: readonly (readonly [string, string])[]): string =>
  ["| command | what it does |", "| --- | --- |", ...rows.map(([command, what]) => `| ${command} | ${what} |`)].join(
    "\n",
  )
