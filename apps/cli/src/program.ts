import { readFileSync } from "node:fs"
import { codeOf, problem } from "@alienplatform/core/error"
import { Command, CommanderError } from "commander"
import type { CommandDefinition } from "./command.ts"
import { COMMANDS } from "./commands/index.ts"
import type { Context } from "./context.ts"
import { EXIT, exitCodeOf } from "./exit-code.ts"
import { errorJson, renderFailure } from "./output/failure.ts"
import { safeContext } from "./output/safe-output.ts"
import { paintFor } from "./output/style.ts"

/** Runs one command line and answers with its exit code; never throws. */
export async function run(argv: readonly string[], unsafe: Context): Promise<number> {
  const context = safeContext(unsafe, argv.includes("--json"))
  try {
    let exitCode: number = EXIT.ok
    const program = buildProgram(context, (code) => {
      exitCode = code
    })
    await program.parseAsync(argv, { from: "user" })
    return exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok
    if (thrown instanceof CommanderError && thrown.code === "commander.help") return EXIT.invalid
    const error = thrown instanceof CommanderError ? usageProblem(thrown) : orInterrupted(thrown, context)
    report(error, argv, context)
    return await exitCodeOf(error)
  }
}

function buildProgram(context: Context, finish: (code: number) => void): Command {
  const program = new Command("alien")
    .description("Gives software that runs in a customer's environment working HTTPS endpoints.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this")
    .helpCommand("help [command]", "show the help of a command")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: () => {},
    })
    .addHelpText(
      "after",
      examples(["alien serve", "alien deploy shop", "alien info shop", "curl $(alien url shop api)"]),
    )
    .addHelpText("after", EXIT_CODES)
  for (const definition of COMMANDS) addCommand(program, definition, context, finish)
  return program
}

function addCommand(
  program: Command,
  definition: CommandDefinition,
  context: Context,
  finish: (code: number) => void,
): void {
  const command = program
    .command(definition.name)
    .description(definition.summary)
    .allowExcessArguments(false)
    .addHelpText("after", definition.notes ? `\n${definition.notes}` : "")
    .addHelpText("after", examples(definition.examples))
  for (const [notation, description] of definition.arguments) command.argument(notation, description)
  for (const [flags, description] of definition.options) command.option(flags, description)
  if (definition.connects)
    command
      .option("--manager <url>", "the manager to ask (ALIEN_MANAGER_URL, else the user's config.json)")
      .option("--token <token>", "its token; ALIEN_TOKEN keeps it out of the list of processes")
  command.option(
    "--json",
    definition.long ? 'print JSON, one document per line, the last one {"result": …}' : "print JSON",
  )
  command.action(async () => {
    const action = await definition.load()
    finish(await action(command.args, command.opts(), context))
  })
}

const examples = (lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`

const EXIT_CODES = `
Exit codes: 0 ok, 1 failed, 2 the command line, stack or settings are wrong, 3 a person must act first,
  4 not allowed or not found, 5 no manager answers, 130 interrupted.`

/** Commander's own words, as a problem like all others. */
function usageProblem(error: CommanderError): Error {
  const [first = "", ...rest] = error.message.split("\n")
  const message = first.replace(/^error: /, "")
  const meant = rest.join(" ").replace(/^\(Did you mean (.*)\?\)$/, "did you mean: $1?")
  return error.code === "commander.unknownCommand"
    ? problem("unknown_command", { message, hint: meant || "`alien --help` lists the commands" })
    : problem("usage_invalid", { message, hint: meant || "`alien COMMAND --help` shows how it is called" })
}

/** A request that Ctrl-C ended fails as if the manager were away. */
const orInterrupted = (error: unknown, { interrupts }: Context): unknown =>
  interrupts.signal.aborted ? problem("interrupted", { message: "interrupted", cause: error }) : error

function report(error: unknown, argv: readonly string[], context: Context): void {
  const failed = { error: errorJson(error) }
  const isLong = COMMANDS.some(({ name, long }) => long && name === argv[0])
  if (argv.includes("--json")) context.stdout.write(`${JSON.stringify(isLong ? { result: failed } : failed)}\n`)
  else if (codeOf(error) !== "interrupted")
    context.stderr.write(renderFailure(error, paintFor(context.stderr, context.env)))
}

/** Of this package, which is released with all others. */
function version(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "unknown"
}
