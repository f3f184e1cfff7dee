import { Command } from "commander"
import { type CommandDefinition, type CommandGroup, isGroup } from "./command.ts"
import { COMMANDS, ROOT_EXAMPLES, SECTIONS } from "./commands/index.ts"
import type { Context } from "./context.ts"
import { ownVersion } from "./own-version.ts"

export interface Run {
  context: Context
  /** Arguments after `--`, for a command that hands them to another program. */
  passedOn: readonly string[]
  /** Gets the exit code of the command that ran. */
  finish(code: number): void
}

/** Builds the commander program. */
export function buildProgram(run: Run): Command {
  const { context } = run
  const program = new Command("alien")
    .usage("COMMAND [options]")
    .description("Gives software that runs in a customer's environment working HTTPS endpoints.")
    .version(ownVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this")
    .helpCommand("help [command]", "show the help of a command")
    .showSuggestionAfterError()
    .exitOverride()
    // The root lists its commands itself, in sections.
    .configureHelp({ visibleCommands: (command) => (command.parent ? [...command.commands] : []) })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 80,
      getErrHelpWidth: () => context.stderr.columns ?? 80,
      outputError: () => {},
    })
    .addHelpText("after", `\n${sections(context.stdout.columns ?? 80)}`)
    .addHelpText("after", examples(ROOT_EXAMPLES))
    .addHelpText("after", EXIT_CODES)
  for (const entry of COMMANDS) {
    if (!isGroup(entry)) addCommand(program, entry, run)
    else {
      const group = addGroup(program, entry)
      for (const definition of entry.commands) addCommand(group, definition, run)
    }
  }
  return program
}

/** Finds the command of a command line; undefined when there is none of that name. */
export function definitionOf([first, second]: readonly string[]): CommandDefinition | undefined {
  const entry = COMMANDS.find(({ name }) => name === first)
  return entry && isGroup(entry) ? entry.commands.find(({ name }) => name === second) : entry
}

/** Name of a command as typed after `alien`: `settings get`. */
export function fullName(definition: CommandDefinition): string {
  const group = COMMANDS.find((entry) => isGroup(entry) && entry.commands.includes(definition))
  return group ? `${group.name} ${definition.name}` : definition.name
}

const addGroup = (program: Command, { name, summary, commands }: CommandGroup): Command =>
  program
    .command(name)
    .usage("COMMAND [options]")
    .description(summary)
    .helpCommand(false)
    .addHelpText("after", examples(commands.flatMap((command) => command.examples.slice(0, 1))))

function addCommand(parent: Command, definition: CommandDefinition, { context, passedOn, finish }: Run): void {
  const command = parent
    .command(definition.name)
    .description(definition.summary)
    .allowExcessArguments(false)
    .addHelpText("after", definition.notes ? `\n${definition.notes}` : "")
    .addHelpText("after", examples(definition.examples))
  if (definition.passesOn)
    command.usage(
      `[options] ${definition.arguments.map(([notation]) => notation).join(" ")} [-- ${definition.passesOn}]`,
    )
  for (const [notation, description] of definition.arguments) command.argument(notation, description)
  for (const [flags, description, kind] of definition.options)
    if (kind === "list") command.option(flags, description, collect)
    else command.option(flags, description)
  if (definition.connects)
    command
      .option(
        "--manager <url>",
        "the manager to ask (ALIEN_MANAGER_URL, else the `alien dev` of this folder or one above, else the user's config.json)",
      )
      .option("--token <token>", "its token; ALIEN_TOKEN keeps it out of the list of processes")
  command.option(
    "--json",
    definition.long ? 'print JSON, one document per line, the last one {"result": …}' : "print JSON",
  )
  command.action(async () => {
    const action = await definition.load()
    finish(await action(command.args, { ...command.opts(), ...(definition.passesOn ? { passedOn } : {}) }, context))
  })
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

/**
 * Text of the help: every command under the title of its section; a summary longer than the line continues under
 * itself.
 */
function sections(columns: number): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  const margin = " ".repeat(width + 4)
  const fits = new RegExp(`(.{1,${Math.max(columns - margin.length, 20)}})(?: |$)`, "g")
  const lines = (summary: string) => summary.replace(fits, `$1\n${margin}`).trimEnd()
  return SECTIONS.map(
    ({ title, commands }) =>
      `${title}:\n${commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${lines(summary)}`).join("\n")}`,
  ).join("\n\n")
}

const examples = (lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`

const EXIT_CODES = `
Exit codes: 0 ok, 1 failed, 2 the command line, stack or settings are wrong, 3 a person must act first,
  4 not allowed or not found, 5 no manager answers, 130 interrupted.`
